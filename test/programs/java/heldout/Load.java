package heldout;

import java.io.IOException;
import java.io.InputStream;
import java.io.Reader;
import java.net.HttpURLConnection;
import java.net.ServerSocket;
import java.net.URI;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.function.BiFunction;
import java.util.function.IntFunction;

/** What comes to the programs of this folder from outside: visitors of their HTTP servers, and files. */
final class Load {
    private Load() {}

    /** Each client makes its requests one after the other and keeps its cookie; all are gone, and the server is idle, when this returns. */
    static void visit(int port, int clients, int requests, BiFunction<Integer, Integer, String> paths) throws Exception {
        ExecutorService visitors = Executors.newFixedThreadPool(Math.min(clients, 8));
        List<Future<?>> visits = new ArrayList<>();
        for (int client = 0; client < clients; client++) {
            int who = client;
            visits.add(visitors.submit(() -> {
                String cookie = null;
                for (int at = 0; at < requests; at++) cookie = get(port, paths.apply(who, at), cookie);
                return null;
            }));
        }
        for (Future<?> visit : visits) visit.get();
        visitors.shutdown();
        visitors.awaitTermination(30, TimeUnit.SECONDS);
    }

    private static String get(int port, String path, String cookie) throws IOException {
        HttpURLConnection call = (HttpURLConnection) URI.create("http://127.0.0.1:" + port + path).toURL().openConnection();
        if (cookie != null) call.setRequestProperty("Cookie", cookie);
        try (InputStream body = call.getInputStream()) {
            body.readAllBytes();
        }
        String given = call.getHeaderField("Set-Cookie");
        return given == null ? cookie : given.split(";")[0];
    }

    static int freePort() throws IOException {
        try (ServerSocket socket = new ServerSocket(0)) {
            return socket.getLocalPort();
        }
    }

    /** A file of so many lines, made while it is read. */
    static Reader file(int lines, IntFunction<String> line) {
        return new Reader() {
            private String now = "";
            private int at;
            private int next;

            @Override
            public int read(char[] into, int offset, int length) {
                if (at == now.length()) {
                    if (next == lines) return -1;
                    now = line.apply(next++) + "\n";
                    at = 0;
                }
                int count = Math.min(length, now.length() - at);
                now.getChars(at, at + count, into, offset);
                at += count;
                return count;
            }

            @Override
            public void close() {}
        };
    }
}
