package judged;

import com.sun.net.httpserver.HttpServer;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;

/** The JDK's own HTTP server answers thirty clients with pages it reads once. In good health. */
final class Porter {
    private Porter() {}

    static final Map<String, byte[]> PAGES = new LinkedHashMap<>();
    static final ExecutorService HANDS = Executors.newFixedThreadPool(8);

    static void run() throws Exception {
        for (int at = 0; at < 300; at++) PAGES.put("/page/" + at, new byte[40_000]);
        HttpServer server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        server.createContext("/page/", exchange -> {
            byte[] page = PAGES.get(exchange.getRequestURI().getPath());
            exchange.sendResponseHeaders(200, page.length);
            exchange.getResponseBody().write(page);
            exchange.close();
        });
        server.setExecutor(HANDS);
        server.start();
        Load.start(server.getAddress().getPort(), 30, 80, at -> "/page/" + at % 300);
    }
}
