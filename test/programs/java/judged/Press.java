package judged;

import java.io.ByteArrayOutputStream;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;

/** Every worker of a pool has a stream of its own, as big as the biggest page it ever printed. */
final class Press {
    private Press() {}

    static final ExecutorService WORKERS = Executors.newFixedThreadPool(24);

    static final class Page {
        private static final ThreadLocal<ByteArrayOutputStream> INK = ThreadLocal.withInitial(ByteArrayOutputStream::new);

        static int print(int size) {
            ByteArrayOutputStream ink = INK.get();
            ink.reset();
            for (int at = 0; at < size; at++) ink.write(at);
            return ink.size();
        }
    }

    static void run() throws Exception {
        CountDownLatch all = new CountDownLatch(24);
        for (int at = 0; at < 24; at++) {
            WORKERS.execute(() -> {
                Page.print(900_000);
                all.countDown();
                try {
                    Run.await(all);
                } catch (InterruptedException interrupted) {
                    Thread.currentThread().interrupt();
                }
            });
        }
        Run.await(all);
        for (int at = 0; at < 240; at++) WORKERS.submit(() -> Page.print(2_000)).get();
    }
}
