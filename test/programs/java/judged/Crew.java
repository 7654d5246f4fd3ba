package judged;

import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import org.slf4j.MDC;

/** Tasks of a pool put their basket into Logback's diagnostic context and never take it out. */
final class Crew {
    private Crew() {}

    static final ExecutorService POOL = Executors.newFixedThreadPool(40);

    static void run() throws Exception {
        CountDownLatch all = new CountDownLatch(40);
        for (int at = 0; at < 40; at++) {
            int number = at;
            POOL.execute(() -> {
                MDC.put("basket", ("article " + number + ", ").repeat(25_000));
                all.countDown();
                try {
                    Run.await(all);
                } catch (InterruptedException interrupted) {
                    Thread.currentThread().interrupt();
                }
            });
        }
        Run.await(all);
        // Every worker is idle again.
        for (int at = 0; at < 40; at++) POOL.submit(() -> {}).get();
    }
}
