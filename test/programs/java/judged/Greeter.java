package judged;

import io.vertx.core.Vertx;
import io.vertx.core.http.HttpServer;
import java.util.concurrent.CountDownLatch;

/** A Vert.x server answers forty clients, and is dumped while it does. In good health. */
final class Greeter {
    private Greeter() {}

    static final Vertx VERTX = Vertx.vertx();
    static HttpServer server;

    static void run() throws Exception {
        String page = "Good day. ".repeat(800);
        CountDownLatch listening = new CountDownLatch(1);
        server = VERTX.createHttpServer().requestHandler(request ->
            VERTX.eventBus().<String>request("pages", request.path()).onSuccess(answer -> request.response().end(answer.body())));
        VERTX.eventBus().<String>consumer("pages", message -> message.reply(page));
        server.listen(0).onComplete(done -> listening.countDown());
        Run.await(listening);
        Load.start(server.actualPort(), 40, 150, at -> "/page/" + at % 20);
    }
}
