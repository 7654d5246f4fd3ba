package verdicts;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;

/** A parser leaves its buffers on the threads of a pool. */
final class PoolLocals {
    private PoolLocals() {}

    static final class Parser {
        static final ThreadLocal<List<byte[]>> BUFFERS = ThreadLocal.withInitial(ArrayList::new);

        static void parse() {
            for (int at = 0; at < 300; at++) BUFFERS.get().add(new byte[8000]);
        }
    }

    static ExecutorService pool;

    static void run() throws Exception {
        pool = Executors.newFixedThreadPool(8);
        CountDownLatch parsed = new CountDownLatch(8);
        for (int at = 0; at < 8; at++) {
            pool.execute(() -> {
                Parser.parse();
                parsed.countDown();
                try {
                    parsed.await();
                } catch (InterruptedException interrupted) {
                    Thread.currentThread().interrupt();
                }
            });
        }
        Run.await(parsed);
    }
}
