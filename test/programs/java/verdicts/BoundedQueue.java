package verdicts;

import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CountDownLatch;

/** A bounded queue whose consumer is between two takes. In good health. */
final class BoundedQueue {
    private BoundedQueue() {}

    static final CountDownLatch working = new CountDownLatch(1);

    static final class Consumer implements Runnable {
        private final BlockingQueue<byte[]> jobs;
        private long done;

        Consumer(BlockingQueue<byte[]> jobs) {
            this.jobs = jobs;
        }

        @Override
        public void run() {
            try {
                while (true) {
                    byte[] job = jobs.take();
                    if (++done == 1000) working.countDown();
                    if (done >= 1000) work(job);
                }
            } catch (InterruptedException interrupted) {
                Thread.currentThread().interrupt();
            }
        }

        private void work(byte[] job) throws InterruptedException {
            job[0]++;
            Thread.sleep(20);
        }
    }

    static void run() throws Exception {
        BlockingQueue<byte[]> jobs = new ArrayBlockingQueue<>(6_000);
        Run.start("job-consumer", new Consumer(jobs));
        for (int at = 0; at < 6_500; at++) jobs.put(new byte[2000]);
        Run.await(working);
    }
}
