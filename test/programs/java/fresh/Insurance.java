package fresh;

import java.util.Properties;
import org.apache.commons.jcs3.JCS;
import org.apache.commons.jcs3.access.CacheAccess;

/** Quotes of an insurance in JCS: at most five thousand of them in memory, the ones used last, of fifty thousand that were asked for. */
public final class Insurance {
    public static final class Quote implements java.io.Serializable {
        final String car;
        final double[] premiumByAge = new double[80];

        Quote(String car) {
            this.car = car;
        }
    }

    private static CacheAccess<String, Quote> quotes;

    static Quote quote(String car) {
        Quote known = quotes.get(car);
        if (known != null) return known;
        Quote made = new Quote(car);
        quotes.put(car, made);
        return made;
    }

    static void run() {
        Properties settings = new Properties();
        settings.setProperty("jcs.default", "");
        settings.setProperty("jcs.default.cacheattributes", "org.apache.commons.jcs3.engine.CompositeCacheAttributes");
        settings.setProperty("jcs.default.cacheattributes.MaxObjects", "5000");
        settings.setProperty("jcs.default.cacheattributes.MemoryCacheName", "org.apache.commons.jcs3.engine.memory.lru.LRUMemoryCache");
        JCS.setConfigProperties(settings);
        quotes = JCS.getInstance("quotes");
        for (int at = 0; at < 50_000; at++) quote("car " + at * 31 % 50_000);
    }
}
