package verdicts;

import java.util.HashSet;
import java.util.Set;
import java.util.UUID;

/** Ids of messages are remembered for ever, to tell doubles. */
final class SeenIds {
    private SeenIds() {}

    static final class Inbox {
        private final Set<UUID> seen = new HashSet<>();

        boolean isNew(UUID id) {
            return seen.add(id);
        }
    }

    static Inbox inbox;

    static void run() {
        inbox = new Inbox();
        for (int at = 0; at < 120_000; at++) inbox.isNew(new UUID(at * 0x9E3779B97F4A7C15L, at));
    }
}
