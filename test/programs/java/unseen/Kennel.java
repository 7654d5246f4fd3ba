package unseen;

import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Semaphore;

/** Each visitor waits in a virtual thread for a dog to walk. There are three dogs, and nobody brings one back. */
class Kennel {
    private static final Semaphore DOGS = new Semaphore(3);
    private static final CountDownLatch ARRIVED = new CountDownLatch(6_000);

    private static void visit(int number) throws InterruptedException {
        byte[] picnic = new byte[4_000];
        ARRIVED.countDown();
        DOGS.acquire(); // wanted
        picnic[0] = (byte) number;
    }

    static void run() throws Exception {
        for (int at = 0; at < 6_000; at++) {
            int number = at;
            Thread.ofVirtual().start(() -> {
                try {
                    visit(number);
                } catch (InterruptedException closed) {
                    Thread.currentThread().interrupt();
                }
            });
        }
        ARRIVED.await();
        Thread.sleep(500);
    }
}
