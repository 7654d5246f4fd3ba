package judged;

import java.util.concurrent.CountDownLatch;
import org.agrona.concurrent.ManyToOneConcurrentLinkedQueue;

/** Pages wait in a queue of Agrona; the thread that prints them hangs in the third. */
final class Printer {
    private Printer() {}

    static final class Spool implements Runnable {
        private final ManyToOneConcurrentLinkedQueue<byte[]> pages = new ManyToOneConcurrentLinkedQueue<>();
        private final CountDownLatch third = new CountDownLatch(3);
        private final CountDownLatch paper = new CountDownLatch(1);

        @Override
        public void run() {
            while (true) {
                byte[] page = pages.poll();
                if (page == null) Thread.onSpinWait();
                else print(page);
            }
        }

        private void print(byte[] page) {
            third.countDown();
            page[0]++;
            if (third.getCount() > 0) return;
            try {
                paper.await(); // wanted
            } catch (InterruptedException interrupted) {
                Thread.currentThread().interrupt();
            }
        }
    }

    static final Spool SPOOL = new Spool();

    static void run() throws Exception {
        Run.start("printing", SPOOL::run);
        for (int at = 0; at < 30_000; at++) SPOOL.pages.offer(new byte[450]);
        Run.await(SPOOL.third);
    }
}
