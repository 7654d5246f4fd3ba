package judged;

import io.vertx.core.Vertx;
import java.util.UUID;

/** Every call gets a consumer on the event bus of Vert.x, under an address of its own, and it is never unregistered. */
final class Switchboard {
    private Switchboard() {}

    static final class Exchange {
        private final Vertx vertx = Vertx.vertx();

        void call() {
            byte[] notes = new byte[700];
            vertx.eventBus().<String>consumer("call." + UUID.randomUUID(), message -> notes[0]++);
        }
    }

    static final Exchange EXCHANGE = new Exchange();

    static void run() throws Exception {
        for (int at = 0; at < 10_000; at++) EXCHANGE.call();
        Thread.sleep(500);
    }
}
