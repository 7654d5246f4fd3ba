package leaks;

import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;

/** One finalizer blocks, all others wait behind it; in the healthy twin none blocks. */
public final class FinalizerQueue {
    private static final CountDownLatch never = new CountDownLatch(1);
    private static final CountDownLatch blocked = new CountDownLatch(1);
    private static final AtomicInteger finished = new AtomicInteger();
    private static boolean blocks;

    static final class NativeHandle {
        final byte[] shadow = new byte[512];

        @SuppressWarnings({"deprecation", "removal"})
        @Override
        protected void finalize() throws InterruptedException {
            if (blocks) {
                blocked.countDown();
                never.await();
            }
            finished.incrementAndGet();
        }
    }

    static void run(boolean leak) throws InterruptedException {
        blocks = leak;
        int count = 10_000;
        for (int i = 0; i < count; i++) new NativeHandle();
        while (leak ? blocked.getCount() > 0 : finished.get() < count) {
            System.gc();
            Thread.sleep(20);
        }
    }

    public static void main(String[] arguments) throws Exception {
        run(arguments[0].equals("leak"));
        Dump.write(arguments[1]);
        Runtime.getRuntime().halt(0);
    }
}
