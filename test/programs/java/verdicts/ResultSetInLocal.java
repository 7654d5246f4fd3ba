package verdicts;

import java.util.ArrayList;
import java.util.List;

/** A request collects every row of a table into a local list until memory runs out. */
final class ResultSetInLocal {
    private ResultSetInLocal() {}

    static final class Row {
        final long id;
        final String name;

        Row(long id) {
            this.id = id;
            this.name = "customer " + id;
        }
    }

    static final class Repo {
        List<Row> findAll() {
            List<Row> rows = new ArrayList<>();
            for (long id = 0; ; id++) rows.add(new Row(id)); // wanted
        }
    }

    static void run() throws Exception {
        Thread thread = new Thread(() -> new Repo().findAll(), "http-nio-8080-exec-5");
        thread.setUncaughtExceptionHandler((who, error) -> Runtime.getRuntime().halt(0));
        thread.start();
        thread.join();
    }
}
