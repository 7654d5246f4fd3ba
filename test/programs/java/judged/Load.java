package judged;

import java.io.BufferedInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.CountDownLatch;
import java.util.function.IntFunction;

/** Clients that ask an HTTP server of this process over connections that stay open. */
final class Load {
    private Load() {}

    /** Returns once every client has had its answers; the clients go on asking. A client of `/leave` or `/away` forgets its cookie. */
    static void start(int port, int clients, int requests, IntFunction<String> paths) throws InterruptedException {
        CountDownLatch answered = new CountDownLatch(clients);
        for (int at = 0; at < clients; at++) Run.start("client-" + at, () -> ask(port, requests, paths, answered));
        Run.await(answered);
    }

    private static void ask(int port, int requests, IntFunction<String> paths, CountDownLatch answered) throws IOException {
        try (Socket socket = new Socket("127.0.0.1", port)) {
            OutputStream out = socket.getOutputStream();
            InputStream in = new BufferedInputStream(socket.getInputStream());
            String cookie = null;
            for (int at = 0; ; at++) {
                if (at == requests) answered.countDown();
                String path = paths.apply(at);
                if (path == null) Run.blockForever();
                String withCookie = cookie == null ? "" : "Cookie: " + cookie + "\r\n";
                out.write(("GET " + path + " HTTP/1.1\r\nHost: localhost\r\n" + withCookie + "\r\n").getBytes(StandardCharsets.US_ASCII));
                String given = answer(in);
                if (given != null) cookie = given;
                if (path.equals("/leave") || path.equals("/away")) cookie = null;
            }
        }
    }

    /** Reads an answer. @return the cookie it sets */
    private static String answer(InputStream in) throws IOException {
        String cookie = null;
        int length = 0;
        for (String line = line(in); !line.isEmpty(); line = line(in)) {
            String lower = line.toLowerCase();
            if (lower.startsWith("http/1.1 ") && !lower.startsWith("http/1.1 200")) throw new IOException(line);
            if (lower.startsWith("content-length:")) length = Integer.parseInt(line.substring(15).trim());
            if (lower.startsWith("set-cookie:")) cookie = line.substring(11).trim().split(";")[0];
        }
        in.skipNBytes(length);
        return cookie;
    }

    private static String line(InputStream in) throws IOException {
        StringBuilder text = new StringBuilder();
        for (int read = in.read(); read != '\n'; read = in.read()) {
            if (read < 0) throw new IOException("the server closed the connection");
            if (read != '\r') text.append((char) read);
        }
        return text.toString();
    }
}
