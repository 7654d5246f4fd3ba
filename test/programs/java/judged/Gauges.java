package judged;

import io.micrometer.core.instrument.Timer;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.util.concurrent.TimeUnit;

/** Micrometer with the meters of sixty pages and five outcomes, recorded many times, and a working set. In good health. */
final class Gauges {
    private Gauges() {}

    static final SimpleMeterRegistry METERS = new SimpleMeterRegistry();
    static final byte[][] PAGES = new byte[60][];

    static void run() {
        for (int at = 0; at < PAGES.length; at++) PAGES[at] = new byte[150_000];
        for (int at = 0; at < 60_000; at++) {
            Timer.builder("page").tag("name", "page " + at % 60).tag("outcome", "" + at / 60 % 5).publishPercentiles(0.5, 0.99)
                .register(METERS).record(at % 900, TimeUnit.MILLISECONDS);
        }
    }
}
