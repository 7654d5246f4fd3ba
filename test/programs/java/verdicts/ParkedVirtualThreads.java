package verdicts;

import java.util.concurrent.CountDownLatch;
import java.util.concurrent.locks.LockSupport;

/** Five thousand virtual threads wait at one place for what does not come. */
final class ParkedVirtualThreads {
    private ParkedVirtualThreads() {}

    static final class Poller {
        static void poll(byte[] buffer, CountDownLatch started) {
            started.countDown();
            while (buffer[0] == 0) LockSupport.park(); // wanted
        }
    }

    static void run() throws Exception {
        CountDownLatch started = new CountDownLatch(5_000);
        java.lang.reflect.Method start = Thread.class.getMethod("startVirtualThread", Runnable.class);
        for (int at = 0; at < 5_000; at++) {
            byte[] buffer = new byte[2000];
            start.invoke(null, (Runnable) () -> Poller.poll(buffer, started));
        }
        Run.await(started);
        Thread.sleep(500);
    }
}
