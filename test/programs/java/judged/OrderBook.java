package judged;

import org.agrona.collections.Long2ObjectHashMap;

/** Open orders in a map of Agrona: 20,000 at any time, of 200,000 that came. In good health. */
final class OrderBook {
    private OrderBook() {}

    static final class Order {
        private final long number;
        private final byte[] text = new byte[600];

        Order(long number) {
            this.number = number;
        }
    }

    static final class Book {
        private final Long2ObjectHashMap<Order> open = new Long2ObjectHashMap<>();
    }

    static final Book BOOK = new Book();

    static void run() {
        for (long at = 0; at < 200_000; at++) {
            BOOK.open.put(at, new Order(at));
            BOOK.open.remove(at - 20_000);
        }
    }
}
