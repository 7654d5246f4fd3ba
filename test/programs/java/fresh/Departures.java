package fresh;

import fi.iki.elonen.NanoHTTPD;
import java.util.ArrayDeque;
import java.util.Deque;

/** Departure boards of an airport, served by NanoHTTPD; the last three hundred answers are kept for support, and the pictures of airlines are in memory. */
public class Departures extends NanoHTTPD {
    private final byte[][] logos = new byte[400][30_000];
    private final Deque<String> recently = new ArrayDeque<>();

    Departures(int port) {
        super("127.0.0.1", port);
    }

    @Override
    public Response serve(IHTTPSession session) {
        byte[] logo = logos[Math.floorMod(session.getUri().hashCode(), logos.length)];
        String text = "Flights of " + session.getUri() + " " + logo.length + ". ".repeat(2_000);
        synchronized (recently) {
            recently.addLast(text);
            while (recently.size() > 300) recently.removeFirst();
        }
        return newFixedLengthResponse(text);
    }

    static Departures board;

    static void run() throws Exception {
        int port = Load.freePort();
        board = new Departures(port);
        board.start(5_000, true);
        Load.visit(port, 20, 40, (who, at) -> "/gate/" + who + "/" + at);
    }
}
