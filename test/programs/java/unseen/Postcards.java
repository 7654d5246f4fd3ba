package unseen;

import com.sun.net.httpserver.HttpServer;
import java.net.InetSocketAddress;
import java.util.concurrent.Executors;
import okhttp3.OkHttpClient;
import okhttp3.Request;
import okhttp3.Response;

/** One OkHttp client for the whole program, with its pool of connections, fetches two hundred pictures over and over. */
class Postcards {
    private final OkHttpClient client = new OkHttpClient();
    private final byte[][] pictures = new byte[200][];

    private void fetch(int port, int number) throws Exception {
        Request request = new Request.Builder().url("http://127.0.0.1:" + port + "/" + number).build();
        try (Response response = client.newCall(request).execute()) {
            pictures[number] = response.body().bytes();
        }
    }

    static Postcards rack = new Postcards();

    static void run() throws Exception {
        HttpServer server = HttpServer.create(new InetSocketAddress("127.0.0.1", 0), 0);
        server.createContext("/", exchange -> {
            exchange.sendResponseHeaders(200, 80_000);
            exchange.getResponseBody().write(new byte[80_000]);
            exchange.close();
        });
        server.setExecutor(Executors.newFixedThreadPool(4));
        server.start();
        Thread[] readers = new Thread[4];
        for (int at = 0; at < readers.length; at++) {
            int reader = at;
            readers[at] = new Thread(() -> {
                try {
                    for (int number = 0; number < 400; number++) rack.fetch(server.getAddress().getPort(), (number * 4 + reader) % 200);
                } catch (Exception failure) {
                    failure.printStackTrace();
                }
            });
            readers[at].start();
        }
        for (Thread reader : readers) reader.join();
    }
}
