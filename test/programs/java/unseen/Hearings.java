package unseen;

import java.util.UUID;
import org.eclipse.collections.api.multimap.list.MutableListMultimap;
import org.eclipse.collections.impl.multimap.list.FastListMultimap;

/** What was said in each hearing, by its random number; a hearing that has ended is looked up nowhere. */
class Hearings {
    private final MutableListMultimap<UUID, String> saidByHearing = FastListMultimap.newMultimap();

    void hold(UUID hearing) {
        for (int at = 0; at < 12; at++) saidByHearing.put(hearing, "witness " + at + " saw nothing of " + hearing);
        if (saidByHearing.get(hearing).size() != 12) throw new IllegalStateException();
    }

    static final Hearings COURT = new Hearings();

    static void run() {
        for (int at = 0; at < 12_000; at++) COURT.hold(UUID.randomUUID());
    }
}
