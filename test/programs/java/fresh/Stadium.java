package fresh;

import java.net.InetSocketAddress;
import java.net.URI;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CountDownLatch;
import org.java_websocket.WebSocket;
import org.java_websocket.client.WebSocketClient;
import org.java_websocket.handshake.ClientHandshake;
import org.java_websocket.handshake.ServerHandshake;
import org.java_websocket.server.WebSocketServer;

/** Scores of matches over web sockets: three hundred viewers came and went, and the last twenty are still there. */
public class Stadium {
    static class Board extends WebSocketServer {
        private final Set<WebSocket> viewers = ConcurrentHashMap.newKeySet();
        private final CountDownLatch open = new CountDownLatch(1);
        private final byte[][] replays = new byte[60][250_000];

        Board() {
            super(new InetSocketAddress("127.0.0.1", 0), 2);
            setReuseAddr(true);
        }

        @Override
        public void onStart() {
            open.countDown();
        }

        @Override
        public void onOpen(WebSocket viewer, ClientHandshake handshake) {
            viewers.add(viewer);
            viewer.send("0 : 0, " + replays.length + " replays");
        }

        @Override
        public void onClose(WebSocket viewer, int code, String reason, boolean remote) {
            viewers.remove(viewer);
        }

        @Override
        public void onMessage(WebSocket viewer, String message) {
            viewer.send(message + ": 1 : 0");
        }

        @Override
        public void onError(WebSocket viewer, Exception error) {
            error.printStackTrace();
        }
    }

    static class Viewer extends WebSocketClient {
        Viewer(int port) {
            super(URI.create("ws://127.0.0.1:" + port));
        }

        @Override
        public void onOpen(ServerHandshake handshake) {
            send("score");
        }

        @Override
        public void onMessage(String message) {}

        @Override
        public void onClose(int code, String reason, boolean remote) {}

        @Override
        public void onError(Exception error) {}
    }

    static final Viewer[] here = new Viewer[20];
    static Board stadium;

    static void run() throws Exception {
        stadium = new Board();
        stadium.start();
        stadium.open.await();
        for (int at = 0; at < 300; at++) {
            Viewer before = here[at % here.length];
            if (before != null) before.closeBlocking();
            here[at % here.length] = new Viewer(stadium.getPort());
            here[at % here.length].connectBlocking();
        }
        for (int score = 0; score < 90; score++) stadium.broadcast("minute " + score);
        Thread.sleep(300);
    }
}
