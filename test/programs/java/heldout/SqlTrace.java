package heldout;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Executors;

/** To find slow requests each thread of the server notes its statements; that they are cleared at the end of a request was forgotten. */
public class SqlTrace {
    record Statement(String sql, long nanos) {}

    private static final ThreadLocal<List<Statement>> STATEMENTS = ThreadLocal.withInitial(ArrayList::new);

    private static String query(String sql) {
        long start = System.nanoTime();
        String answer = "rows of " + sql.length();
        STATEMENTS.get().add(new Statement(sql, System.nanoTime() - start));
        return answer;
    }

    private static void answer(HttpExchange exchange) throws IOException {
        StringBuilder page = new StringBuilder();
        for (int part = 0; part < 40; part++) page.append(query("select * from part_" + part + " where page = '" + exchange.getRequestURI() + "' order by position"));
        byte[] body = page.toString().getBytes();
        exchange.sendResponseHeaders(200, body.length);
        exchange.getResponseBody().write(body);
        exchange.close();
    }

    static HttpServer server;

    static void run() throws Exception {
        System.setProperty("sun.net.httpserver.nodelay", "true");
        server = HttpServer.create(new InetSocketAddress("127.0.0.1", 0), 0);
        server.createContext("/", SqlTrace::answer);
        server.setExecutor(Executors.newFixedThreadPool(8));
        server.start();
        Load.visit(server.getAddress().getPort(), 16, 180, (who, at) -> "/articles/" + who + "/" + at);
    }
}
