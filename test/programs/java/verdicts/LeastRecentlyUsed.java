package verdicts;

import java.util.LinkedHashMap;
import java.util.Map;

/** A cache with a limit of its own, full. In good health. */
final class LeastRecentlyUsed {
    private LeastRecentlyUsed() {}

    static final class Thumbnails extends LinkedHashMap<Integer, byte[]> {
        Thumbnails() {
            super(16, 0.75f, true);
        }

        @Override
        protected boolean removeEldestEntry(Map.Entry<Integer, byte[]> eldest) {
            return size() > 8_000;
        }
    }

    static final Map<Integer, byte[]> THUMBNAILS = new Thumbnails();

    static void run() {
        for (int at = 0; at < 30_000; at++) THUMBNAILS.put(at, new byte[2000]);
    }
}
