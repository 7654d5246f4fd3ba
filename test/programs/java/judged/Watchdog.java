package judged;

import io.netty.util.HashedWheelTimer;
import java.util.concurrent.TimeUnit;

/** Every request starts a timeout of two hours on a wheel of Netty, and none is cancelled when the answer comes. */
final class Watchdog {
    private Watchdog() {}

    static final class Requests {
        private final HashedWheelTimer wheel = new HashedWheelTimer();

        void answer(byte[] request) {
            wheel.newTimeout(timeout -> request[0]++, 2, TimeUnit.HOURS);
        }
    }

    static final Requests REQUESTS = new Requests();

    static void run() throws Exception {
        for (int at = 0; at < 30_000; at++) REQUESTS.answer(new byte[500]);
        // The wheel takes over what is new at each of its ticks, so many at a time.
        Thread.sleep(1_000);
    }
}
