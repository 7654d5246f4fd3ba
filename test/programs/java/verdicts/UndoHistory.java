package verdicts;

/** Every edit keeps the one before it: a chain without end. */
final class UndoHistory {
    private UndoHistory() {}

    static final class Edit {
        final Edit before;
        final char[] text = new char[200];

        Edit(Edit before) {
            this.before = before;
        }
    }

    static final class Editor {
        private Edit history;

        void type() {
            history = new Edit(history);
        }
    }

    static Editor editor;

    static void run() {
        editor = new Editor();
        for (int at = 0; at < 50_000; at++) editor.type();
    }
}
