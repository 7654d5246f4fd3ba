package judged;

import com.google.common.eventbus.EventBus;
import com.google.common.eventbus.Subscribe;

/** Every visitor of an auction is registered with a bus of Guava, and none ever leaves it. */
final class Auction {
    private Auction() {}

    record Bid(long cents) {}

    static final class Visitor {
        private final byte[] page = new byte[1_200];
        private long last;

        @Subscribe
        public void on(Bid bid) {
            last = bid.cents() + page.length;
        }
    }

    static final class House {
        private final EventBus hall = new EventBus("hall");

        void enter() {
            hall.register(new Visitor());
        }
    }

    static final House HOUSE = new House();

    static void run() {
        for (int at = 0; at < 8_000; at++) HOUSE.enter();
        HOUSE.hall.post(new Bid(100));
    }
}
