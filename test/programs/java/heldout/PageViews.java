package heldout;

import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.LongAdder;

/** How often each page was seen since the start. There are many pages; a dump does not tell whether there will be ever more. */
public class PageViews {
    private static final Map<String, LongAdder> VIEWS = new ConcurrentHashMap<>();

    static void view(String path) {
        VIEWS.computeIfAbsent(path, seen -> new LongAdder()).increment();
    }

    static void run() {
        for (int at = 0; at < 400_000; at++) {
            long article = at * 17L % 110_000;
            view("/magazine/" + article % 340 + "/articles/" + article + ".html");
        }
    }
}
