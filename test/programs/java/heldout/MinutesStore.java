package heldout;

import org.h2.mvstore.MVMap;
import org.h2.mvstore.MVStore;

/** Minutes of meetings in an MVStore without a file, by number; secretaries correct them, and the old text goes. */
public class MinutesStore {
    private final MVStore store = MVStore.open(null);
    private final MVMap<Integer, String> minutes = store.openMap("minutes");

    void write(int meeting, String text) {
        minutes.put(meeting, text);
        if (meeting % 500 == 0) store.commit();
    }

    static MinutesStore office;

    static void run() {
        office = new MinutesStore();
        for (int version = 1; version <= 4; version++)
            for (int meeting = 0; meeting < 20_000; meeting++)
                office.write(meeting, "Meeting " + meeting + ", version " + version + ": present were " + meeting % 12 + " members; " + "it was decided to wait. ".repeat(8));
        office.store.commit();
    }
}
