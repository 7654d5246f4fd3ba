package fresh;

import java.util.HashMap;
import java.util.Map;
import org.glassfish.grizzly.http.server.HttpHandler;
import org.glassfish.grizzly.http.server.HttpServer;
import org.glassfish.grizzly.http.server.NetworkListener;
import org.glassfish.grizzly.http.server.Request;
import org.glassfish.grizzly.http.server.Response;
import org.glassfish.grizzly.http.server.Session;

/** The reception of a chain of hotels, on Grizzly: guests of the last minutes have a session, which ends when they are idle; the rooms are read at start. */
public class Reception extends HttpHandler {
    record Room(int number, String hotel, double[] pricesOfTheYear) {}

    private final Map<Integer, Room> rooms = new HashMap<>();

    Reception() {
        for (int number = 0; number < 6_000; number++) rooms.put(number, new Room(number, "Hotel " + number / 60, new double[365]));
    }

    @Override
    public void service(Request request, Response response) throws Exception {
        Session guest = request.getSession();
        guest.setSessionTimeout(60_000);
        if (guest.getAttribute("choice") == null) guest.setAttribute("choice", new byte[2_000]);
        Room room = rooms.get(Math.floorMod(request.getRequestURI().hashCode(), 6_000));
        response.getWriter().write(room.hotel() + " " + room.number() + ": " + room.pricesOfTheYear()[100]);
    }

    static HttpServer server;

    static void run() throws Exception {
        int port = Load.freePort();
        server = new HttpServer();
        server.addListener(new NetworkListener("front", "127.0.0.1", port));
        server.getServerConfiguration().addHttpHandler(new Reception(), "/");
        server.start();
        Load.visit(port, 500, 8, (who, at) -> "/rooms/" + who * at);
    }
}
