package verdicts;

import java.util.Collections;
import java.util.Map;
import java.util.WeakHashMap;

/** The values of a weak map hold its keys, so that nothing is ever weak. */
final class WeakMapHeldByValues {
    private WeakMapHeldByValues() {}

    static final class Screen {
        final byte[] pixels = new byte[2000];
    }

    static final class Painter {
        final Screen screen;

        Painter(Screen screen) {
            this.screen = screen;
        }
    }

    static final class Painters {
        private static final Map<Screen, Painter> BY_SCREEN = Collections.synchronizedMap(new WeakHashMap<>());
    }

    static void run() {
        for (int at = 0; at < 12_000; at++) {
            Screen screen = new Screen();
            Painters.BY_SCREEN.put(screen, new Painter(screen));
        }
    }
}
