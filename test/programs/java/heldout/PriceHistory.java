package heldout;

import gnu.trove.map.hash.TLongObjectHashMap;

/** Prices of a broker's papers by paper and day, in maps of Trove. Whether all days are needed, or just nobody removes them, is not in a dump. */
public class PriceHistory {
    record Close(double price, long volume) {}

    private final TLongObjectHashMap<Close> byPaperAndDay = new TLongObjectHashMap<>();

    void close(int paper, int day, double price) {
        byPaperAndDay.put(paper * 10_000L + day, new Close(price, paper * 10L + day));
    }

    static final PriceHistory broker = new PriceHistory();

    static void run() {
        for (int day = 0; day < 900; day++)
            for (int paper = 0; paper < 300; paper++) broker.close(paper, day, 100 + Math.sin(day * 0.01 + paper));
    }
}
