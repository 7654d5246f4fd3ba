package fresh;

import com.sun.net.httpserver.HttpServer;
import java.net.InetSocketAddress;
import java.util.UUID;

/** For every handout a teacher makes, the server gets a context of its own, at an address that is used for one lesson and never taken away. */
public class Handouts {
    private final HttpServer school;

    private Handouts() throws Exception {
        school = HttpServer.create(new InetSocketAddress("127.0.0.1", 0), 0);
        school.start();
    }

    String publish(byte[] handout) {
        String address = "/handouts/" + UUID.randomUUID();
        school.createContext(address, exchange -> {
            exchange.sendResponseHeaders(200, handout.length);
            exchange.getResponseBody().write(handout);
            exchange.close();
        });
        return address;
    }

    static Handouts website;

    static void run() throws Exception {
        website = new Handouts();
        for (int at = 0; at < 4_000; at++) website.publish(new byte[3_000]);
    }
}
