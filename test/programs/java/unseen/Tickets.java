package unseen;

import it.unimi.dsi.fastutil.longs.Long2ObjectOpenHashMap;

/** Requests in a fastutil map by their number. When one is answered only its state changes. */
public class Tickets {
    enum State { NEW, ANSWERED }

    static final class Ticket {
        final long number;
        final byte[] question = new byte[300];
        State state = State.NEW;

        Ticket(long number) {
            this.number = number;
        }
    }

    private static final Long2ObjectOpenHashMap<Ticket> REQUESTS = new Long2ObjectOpenHashMap<>();

    static synchronized void ask(long number) {
        REQUESTS.put(number, new Ticket(number));
    }

    static synchronized void answer(long number) {
        Ticket ticket = REQUESTS.get(number);
        if (ticket != null) ticket.state = State.ANSWERED;
    }

    static void run() {
        for (long number = 1_000_000; number < 1_090_000; number++) {
            ask(number);
            answer(number);
        }
    }
}
