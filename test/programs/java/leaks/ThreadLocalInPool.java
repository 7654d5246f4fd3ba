package leaks;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;

/** Pool threads keep the scratch space of the last request; the healthy twin removes it when the request ends. */
public final class ThreadLocalInPool {
    static final class Scratch {
        final List<byte[]> blocks = new ArrayList<>();
    }

    static final class Renderer {
        private static final ThreadLocal<Scratch> SCRATCH = ThreadLocal.withInitial(Scratch::new);

        static void render(boolean leak) {
            for (int i = 0; i < 16; i++) SCRATCH.get().blocks.add(new byte[64 * 1024]);
            if (!leak) SCRATCH.remove();
        }
    }

    private static ExecutorService pool;

    static void run(boolean leak) throws InterruptedException {
        pool = Executors.newFixedThreadPool(8);
        CountDownLatch done = new CountDownLatch(8);
        for (int i = 0; i < 8; i++) {
            pool.execute(() -> {
                Renderer.render(leak);
                // A thread-local of its own, forgotten at once: its entry becomes stale.
                if (leak) new ThreadLocal<byte[]>().set(new byte[4096]);
                done.countDown();
                try {
                    done.await();
                } catch (InterruptedException stop) {
                    Thread.currentThread().interrupt();
                }
            });
        }
        done.await();
    }

    public static void main(String[] arguments) throws Exception {
        run(arguments[0].equals("leak"));
        Dump.write(arguments[1]);
        pool.shutdownNow();
    }
}
