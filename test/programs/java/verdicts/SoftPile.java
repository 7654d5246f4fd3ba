package verdicts;

import java.lang.ref.SoftReference;
import java.util.HashMap;
import java.util.Map;

/** Rendered pages are kept softly until memory is nearly gone: they are not garbage, and not a leak either. */
final class SoftPile {
    private SoftPile() {}

    static final Map<Integer, SoftReference<byte[]>> PAGES = new HashMap<>();

    static void run() {
        for (int at = 0; at < 400; at++) PAGES.put(at, new SoftReference<>(new byte[50_000]));
    }
}
