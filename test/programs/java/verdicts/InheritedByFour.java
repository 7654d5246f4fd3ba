package verdicts;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;

/** Four pool threads inherited one list from the thread that made them. */
final class InheritedByFour {
    private InheritedByFour() {}

    static final InheritableThreadLocal<List<byte[]>> AUDIT = new InheritableThreadLocal<>();

    static void run() throws Exception {
        List<byte[]> entries = new ArrayList<>();
        AUDIT.set(entries);
        CountDownLatch started = new CountDownLatch(4);
        for (int at = 1; at <= 4; at++) {
            Run.start("pool-1-thread-" + at, () -> {
                for (int entry = 0; entry < 5_000; entry++) {
                    synchronized (AUDIT.get()) {
                        AUDIT.get().add(new byte[800]);
                    }
                }
                started.countDown();
                Run.sleepForever();
            });
        }
        Run.await(started);
        AUDIT.remove();
    }
}
