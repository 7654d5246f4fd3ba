package fresh;

import com.carrotsearch.hppc.LongHashSet;

/** Tickets that were used are in a set of numbers of HPPC. Whether those of past years could go, only the cashier knows. */
public class Turnstiles {
    private final LongHashSet used = new LongHashSet();

    boolean enter(long ticket) {
        return used.add(ticket);
    }

    static final Turnstiles entrance = new Turnstiles();

    static void run() {
        for (long ticket = 0; ticket < 1_200_000; ticket++) entrance.enter(ticket * 7_919 + 4_000_000_000L);
    }
}
