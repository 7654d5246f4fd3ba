package fresh;

import dev.failsafe.Failsafe;
import dev.failsafe.FailsafeExecutor;
import dev.failsafe.RetryPolicy;
import java.time.Duration;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;

/** Deliveries are tried up to five times with Failsafe, in a pool of ten threads with a queue of five hundred that is hardly used. */
public final class Riders {
    private final ThreadPoolExecutor pool = new ThreadPoolExecutor(10, 10, 1, TimeUnit.MINUTES, new ArrayBlockingQueue<>(500), new ThreadPoolExecutor.CallerRunsPolicy());
    private final FailsafeExecutor<Object> tries = Failsafe.with(RetryPolicy.builder().withMaxRetries(4).withDelay(Duration.ofMillis(5)).build()).with(pool);
    private final AtomicInteger delivered = new AtomicInteger();
    private final float[][] streets = new float[3_000][1_000];

    private void deliver(int parcel) {
        if (ThreadLocalRandom.current().nextInt(20) == 0) throw new IllegalStateException("nobody at home");
        streets[parcel % 3_000][parcel % 1_000]++;
        delivered.incrementAndGet();
    }

    static final Riders riders = new Riders();

    static void run() throws Exception {
        for (int at = 0; at < 20_000; at++) {
            int parcel = at;
            riders.tries.runAsync(() -> riders.deliver(parcel));
        }
        while (riders.delivered.get() < 19_900) Thread.sleep(20);
    }
}
