package judged;

import io.netty.channel.nio.NioEventLoopGroup;
import java.util.concurrent.CountDownLatch;

/** An event loop of Netty waits in a handler of ours, and whatever is given to it piles up. */
final class Ingest {
    private Ingest() {}

    record Reading(byte[] values) {}

    static final class Station {
        private final NioEventLoopGroup loops = new NioEventLoopGroup(1);

        void measure(CountDownLatch there) {
            there.countDown();
            try {
                new CountDownLatch(1).await(); // wanted
            } catch (InterruptedException interrupted) {
                Thread.currentThread().interrupt();
            }
        }

        void take(Reading reading) {
            loops.execute(() -> reading.values()[0]++);
        }
    }

    static final Station STATION = new Station();

    static void run() throws Exception {
        CountDownLatch there = new CountDownLatch(1);
        STATION.loops.execute(() -> STATION.measure(there));
        Run.await(there);
        for (int at = 0; at < 40_000; at++) STATION.take(new Reading(new byte[300]));
    }
}
