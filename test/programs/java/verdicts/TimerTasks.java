package verdicts;

import java.util.Timer;
import java.util.TimerTask;

/** Every session starts a task of a Timer that is never cancelled. */
final class TimerTasks {
    private TimerTasks() {}

    static final class Sessions {
        private final Timer expiry = new Timer("session-expiry", true);

        void open(byte[] session) {
            expiry.schedule(
                    new TimerTask() {
                        @Override
                        public void run() {
                            session[0] = 1;
                        }
                    },
                    3_600_000L);
        }
    }

    static Sessions sessions;

    static void run() {
        sessions = new Sessions();
        for (int at = 0; at < 40_000; at++) sessions.open(new byte[500]);
    }
}
