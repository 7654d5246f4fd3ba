package verdicts;

import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.LinkedBlockingQueue;

/** The only consumer of a queue waits for an answer that never comes. */
final class StuckConsumer {
    private StuckConsumer() {}

    static final CountDownLatch calling = new CountDownLatch(1);

    static final class Mailer implements Runnable {
        private final BlockingQueue<String> outbox = new LinkedBlockingQueue<>();

        @Override
        public void run() {
            try {
                while (true) send(outbox.take());
            } catch (InterruptedException interrupted) {
                Thread.currentThread().interrupt();
            }
        }

        private void send(String mail) throws InterruptedException {
            calling.countDown();
            new CountDownLatch(1).await(); // wanted
            System.out.println(mail);
        }
    }

    static Mailer mailer;

    static void run() throws Exception {
        mailer = new Mailer();
        Run.start("mailer-1", mailer);
        for (int at = 0; at < 30_000; at++) mailer.outbox.put("Dear customer, your order " + at + " is on its way. ".repeat(5));
        Run.await(calling);
    }
}
