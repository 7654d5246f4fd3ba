package judged;

import java.util.Random;
import java.util.TreeMap;
import org.roaringbitmap.RoaringBitmap;

/** Who belongs to which group, as bitmaps that were loaded at the start. In good health. */
final class Audience {
    private Audience() {}

    static final class Groups {
        private final TreeMap<String, RoaringBitmap> members = new TreeMap<>();
    }

    static final Groups GROUPS = new Groups();

    static void run() {
        Random random = new Random(11);
        for (int group = 0; group < 400; group++) {
            RoaringBitmap bitmap = new RoaringBitmap();
            for (int at = 0; at < 20_000; at++) bitmap.add(random.nextInt(3_000_000));
            GROUPS.members.put("group " + group, bitmap);
        }
    }
}
