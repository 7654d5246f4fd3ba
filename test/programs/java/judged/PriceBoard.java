package judged;

import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import java.time.Duration;

/** Prices are kept in a Caffeine cache of 8,000 entries at most, asked for 60,000 articles. In good health. */
final class PriceBoard {
    private PriceBoard() {}

    record Quote(String article, byte[] page) {}

    static final class Shop {
        private final Cache<String, Quote> quotes =
            Caffeine.newBuilder().maximumSize(8_000).expireAfterAccess(Duration.ofMinutes(10)).build();

        Quote quote(String article) {
            return quotes.get(article, name -> new Quote(name, new byte[2_000]));
        }
    }

    static final Shop SHOP = new Shop();

    static void run() {
        for (int at = 0; at < 60_000; at++) SHOP.quote("article-" + at);
        SHOP.quotes.cleanUp();
    }
}
