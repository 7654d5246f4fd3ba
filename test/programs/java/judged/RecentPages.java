package judged;

import java.util.Collections;
import java.util.Map;
import org.apache.commons.collections4.map.LRUMap;

/** The pages that were read last, in an LRUMap of five thousand. In good health. */
final class RecentPages {
    private RecentPages() {}

    static final class Reader {
        private final Map<String, String> pages = Collections.synchronizedMap(new LRUMap<>(5_000));
    }

    static final Reader READER = new Reader();

    static void run() {
        for (int at = 0; at < 30_000; at++) READER.pages.put("/page/" + at, ("Text of page " + at + ". ").repeat(150));
    }
}
