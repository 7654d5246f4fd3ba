package fresh;

import java.util.HashMap;
import java.util.Map;
import reactor.core.publisher.Mono;
import reactor.netty.DisposableServer;
import reactor.netty.http.server.HttpServer;

/** Articles of a wholesaler, read at start, behind an HTTP server of Reactor Netty that has answered four thousand requests. */
public final class Wholesale {
    record Article(String number, String name, int cents, int[] stockByDepot) {}

    private final Map<String, Article> articles;
    private DisposableServer server;

    private Wholesale(int count) {
        Map<String, Article> read = new HashMap<>();
        for (int at = 0; at < count; at++) read.put("A-" + at, new Article("A-" + at, "Screw of " + at + " mm", at % 977, new int[40]));
        articles = Map.copyOf(read);
    }

    private void open() {
        server = HttpServer.create().host("127.0.0.1").port(0)
            .route(routes -> routes.get("/articles/{number}", (request, response) ->
                response.sendString(Mono.fromCallable(() -> String.valueOf(articles.get(request.param("number")))))))
            .bindNow();
    }

    private static final Wholesale SHOP = new Wholesale(40_000);

    static void run() throws Exception {
        SHOP.open();
        Load.visit(SHOP.server.port(), 40, 100, (who, at) -> "/articles/A-" + (who * 991 + at * 7));
    }
}
