package unseen;

import io.javalin.Javalin;
import java.util.ArrayDeque;
import java.util.Deque;

/** Javalin; the last two thousand signatures are shown on the front page, older ones go. */
public class Petitions {
    private static final int SHOWN = 2000;
    private final Deque<String> latest = new ArrayDeque<>();

    private synchronized void sign(String name) {
        latest.addFirst(name);
        while (latest.size() > SHOWN) latest.removeLast();
    }

    private synchronized int count() {
        return latest.size();
    }

    static void run() throws Exception {
        var petitions = new Petitions();
        var app = Javalin.create(config -> config.showJavalinBanner = false);
        app.get("/sign/{name}", ctx -> {
            petitions.sign(ctx.pathParam("name") + " signed with " + "x".repeat(3_000));
            ctx.result("thank you");
        });
        app.get("/", ctx -> ctx.result(petitions.count() + " shown"));
        app.start(0);
        Load.visit(app.port(), 10, 400, (who, at) -> at % 20 == 0 ? "/" : "/sign/citizen-" + who + "-" + at);
    }
}
