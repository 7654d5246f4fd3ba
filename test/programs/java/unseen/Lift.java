package unseen;

import io.helidon.webserver.WebServer;
import io.helidon.webserver.http.HttpRouting;

/** Helidon answers each request in a virtual thread of its own. */
final class Lift {
    private static long[] timetable;

    static void run() throws Exception {
        timetable = new long[2_500_000];
        for (int at = 0; at < timetable.length; at++) timetable[at] = at * 60_000L;
        HttpRouting.Builder routing = HttpRouting.builder()
            .get("/next/{minute}", (request, response) -> {
                int minute = Integer.parseInt(request.path().pathParameters().get("minute"));
                response.send("leaves at " + timetable[minute % timetable.length]);
            });
        WebServer server = WebServer.builder().port(0).addRouting(routing).build().start();
        Load.visit(server.port(), 20, 200, (who, at) -> "/next/" + (who * 997 + at));
    }
}
