package leaks;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.locks.LockSupport;

/** A poller is started for every connection and never stopped; the healthy twin has one. */
public final class ThreadLeak {
    static final class Poller implements Runnable {
        final byte[] buffer = new byte[8 * 1024];
        private final CountDownLatch started;

        Poller(CountDownLatch started) {
            this.started = started;
        }

        @Override
        public void run() {
            started.countDown();
            while (!Thread.interrupted()) LockSupport.park(this);
        }
    }

    static void run(boolean leak) throws InterruptedException {
        int count = leak ? 150 : 1;
        CountDownLatch started = new CountDownLatch(count);
        List<Thread> threads = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            Thread thread = new Thread(new Poller(started), "connection-poller-" + i);
            thread.setDaemon(true);
            threads.add(thread);
        }
        for (Thread thread : threads) thread.start();
        started.await();
    }

    public static void main(String[] arguments) throws Exception {
        run(arguments[0].equals("leak"));
        Dump.write(arguments[1]);
    }
}
