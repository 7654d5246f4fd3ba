package judged;

import java.util.concurrent.CountDownLatch;

/** A thread is started for every reader, and each waits for news that never come. */
final class Forum {
    private Forum() {}

    static final CountDownLatch READING = new CountDownLatch(600);

    static final class Reader extends Thread {
        private final CountDownLatch news = new CountDownLatch(1);

        @Override
        public void run() {
            byte[] page = new byte[20_000];
            READING.countDown();
            try {
                news.await(); // wanted
            } catch (InterruptedException interrupted) {
                Thread.currentThread().interrupt();
            }
            page[0]++;
        }
    }

    static void run() throws Exception {
        for (int at = 0; at < 600; at++) new Reader().start();
        Run.await(READING);
    }
}
