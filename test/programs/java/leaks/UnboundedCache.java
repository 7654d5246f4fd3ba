package leaks;

import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.Map;

/** Prices are kept by article for ever; the healthy twin keeps the 200 used last. */
public final class UnboundedCache {
    static final class Quote {
        final long cents;
        final byte[] history = new byte[300];

        Quote(long cents) {
            this.cents = cents;
        }
    }

    static final class PriceService {
        private static Map<String, Quote> quotesByArticle;

        static Quote quoteOf(String article) {
            return quotesByArticle.computeIfAbsent(article, key -> new Quote(key.hashCode()));
        }
    }

    static final class RecentQuotes extends LinkedHashMap<String, Quote> {
        RecentQuotes() {
            super(256, 0.75f, true);
        }

        @Override
        protected boolean removeEldestEntry(Map.Entry<String, Quote> eldest) {
            return size() > 200;
        }
    }

    static void run(boolean leak) {
        PriceService.quotesByArticle = leak ? new HashMap<>() : new RecentQuotes();
        for (int i = 0; i < 20_000; i++) PriceService.quoteOf("article " + Integer.toString(i, 36));
    }

    public static void main(String[] arguments) throws Exception {
        run(arguments[0].equals("leak"));
        Dump.write(arguments[1]);
    }
}
