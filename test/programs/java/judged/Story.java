package judged;

/** What happened is told from the end: every event knows the one before. It may be a record that is wanted. */
final class Story {
    private Story() {}

    static final class Event {
        private final Event before;
        private final String what;

        Event(Event before, String what) {
            this.before = before;
            this.what = what;
        }
    }

    static Event latest;

    static void run() {
        for (int at = 0; at < 120_000; at++) latest = new Event(latest, "door " + at % 40 + " was opened at " + at);
    }
}
