package judged;

import org.jctools.queues.MpscUnboundedArrayQueue;

/** Letters are laid on a belt, a queue of JCTools, that nobody takes from. */
final class Sorter {
    private Sorter() {}

    record Letter(long number, byte[] text) {}

    static final class Belt {
        private final MpscUnboundedArrayQueue<Letter> x = new MpscUnboundedArrayQueue<>(1_024);
    }

    static final Belt BELT = new Belt();

    static void run() throws Exception {
        Thread[] hands = new Thread[3];
        for (int hand = 0; hand < hands.length; hand++) {
            hands[hand] = Run.start("hand-" + hand, () -> {
                for (long at = 0; at < 10_000; at++) BELT.x.offer(new Letter(at, new byte[500]));
            });
        }
        for (Thread hand : hands) hand.join();
    }
}
