package verdicts;

import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;

/** Callbacks pile up in a list that no name calls a list of listeners. */
final class Bells {
    private Bells() {}

    interface Ring {
        void ring(String door);
    }

    static final List<Ring> BELLS = new CopyOnWriteArrayList<>();

    static final class Visitor {
        final byte[] luggage = new byte[3000];

        void arrive() {
            BELLS.add(door -> System.out.println(door + luggage.length));
        }
    }

    static void run() {
        for (int at = 0; at < 5_000; at++) new Visitor().arrive();
    }
}
