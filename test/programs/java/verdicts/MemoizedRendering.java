package verdicts;

import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;

/** Pages are rendered once for every address anybody asks for, and kept. */
final class MemoizedRendering {
    private MemoizedRendering() {}

    static final class PageRenderer {
        private static final Map<String, byte[]> RENDERED_CACHE = new ConcurrentHashMap<>();

        static byte[] render(String address) {
            return RENDERED_CACHE.computeIfAbsent(address, key -> new byte[900 + key.length()]);
        }
    }

    static void run() {
        for (int at = 0; at < 30_000; at++) PageRenderer.render("/search?q=" + Integer.toString(at * 7919, 36) + "&page=" + at % 7);
    }
}
