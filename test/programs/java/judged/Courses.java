package judged;

import reactor.core.publisher.Sinks;

/** Every page that is opened subscribes to a sink of Reactor; closing the page disposes of nothing. */
final class Courses {
    private Courses() {}

    static final class School {
        private final Sinks.Many<String> changes = Sinks.many().multicast().directBestEffort();

        void open() {
            byte[] page = new byte[1_100];
            changes.asFlux().subscribe(change -> page[0]++);
        }
    }

    static final School SCHOOL = new School();

    static void run() {
        for (int at = 0; at < 6_000; at++) SCHOOL.open();
        SCHOOL.changes.tryEmitNext("history moved to Monday");
    }
}
