package fresh;

import java.util.concurrent.locks.LockSupport;

/** Buckets return to the port when they are finalized, for which the port's lock is needed. A thread that holds it waits for a ship that does not come. */
public class Dredger {
    private static final Object PORT = new Object();
    private static int returned;

    static final class Bucket {
        private final byte[] mud = new byte[800];

        @Override
        @SuppressWarnings({"deprecation", "removal"})
        protected void finalize() {
            synchronized (PORT) { // wanted
                returned += mud.length; // wanted
            }
        }
    }

    private static void waitForShip() {
        synchronized (PORT) {
            while (true) LockSupport.park(); // wanted
        }
    }

    static void run() throws Exception {
        Thread waiting = new Thread(Dredger::waitForShip, "harbour-master");
        waiting.setDaemon(true);
        waiting.start();
        Thread.sleep(200);
        for (int at = 0; at < 40_000; at++) new Bucket();
        System.gc();
        Thread.sleep(500);
    }
}
