package judged;

import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.concurrent.TimeUnit;

/** Whoever looks at a page is to be reminded in three days; whoever looks again is reminded again. */
final class Alarms {
    private Alarms() {}

    static final class Clock {
        private final ScheduledThreadPoolExecutor ticks = new ScheduledThreadPoolExecutor(2);

        void look(byte[] page) {
            ticks.schedule(() -> page[0]++, 3, TimeUnit.DAYS);
        }
    }

    static final Clock CLOCK = new Clock();

    static void run() {
        for (int at = 0; at < 25_000; at++) CLOCK.look(new byte[600]);
    }
}
