package judged;

import com.lmax.disruptor.RingBuffer;
import com.lmax.disruptor.dsl.Disruptor;
import com.lmax.disruptor.util.DaemonThreadFactory;
import java.util.concurrent.CountDownLatch;

/** Orders go through a Disruptor's ring of 32,768 events made beforehand. In good health. */
final class Exchange {
    private Exchange() {}

    static final class Order {
        private final byte[] text = new byte[300];
        private long number;
    }

    static Disruptor<Order> disruptor;

    static void run() throws Exception {
        CountDownLatch matched = new CountDownLatch(200_000);
        disruptor = new Disruptor<>(Order::new, 1 << 15, DaemonThreadFactory.INSTANCE);
        disruptor.handleEventsWith((order, sequence, last) -> matched.countDown());
        RingBuffer<Order> ring = disruptor.start();
        Run.start("market", () -> {
            for (long at = 0; ; at++) {
                long number = at;
                ring.publishEvent((order, sequence) -> order.number = number);
            }
        });
        Run.await(matched);
    }
}
