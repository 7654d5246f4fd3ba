package heldout;

import com.lmax.disruptor.dsl.Disruptor;
import com.lmax.disruptor.util.DaemonThreadFactory;

/** Every auction has a Disruptor with a thread for its bids. When the hammer has fallen, nobody shuts it down. */
public class AuctionRooms {
    static final class Bid {
        String bidder;
        long cents;
    }

    private static final class Auction {
        private final Disruptor<Bid> bids = new Disruptor<>(Bid::new, 1_024, DaemonThreadFactory.INSTANCE);
        private volatile long highest;

        Auction() {
            bids.handleEventsWith((bid, sequence, last) -> highest = Math.max(highest, bid.cents));
            bids.start();
        }

        void bid(String bidder, long cents) {
            bids.publishEvent((bid, sequence) -> {
                bid.bidder = bidder;
                bid.cents = cents;
            });
        }
    }

    static void run() throws Exception {
        for (int lot = 0; lot < 250; lot++) {
            Auction auction = new Auction();
            for (int at = 0; at < 50; at++) auction.bid("bidder " + at % 7, lot * 100L + at);
            while (auction.highest < lot * 100L + 49) Thread.sleep(1);
        }
    }
}
