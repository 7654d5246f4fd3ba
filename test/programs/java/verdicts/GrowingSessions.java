package verdicts;

import java.util.Map;
import java.util.UUID;
import java.util.concurrent.ConcurrentHashMap;

/** Sessions are opened and never closed. */
final class GrowingSessions {
    private GrowingSessions() {}

    static final class Session {
        final byte[] state = new byte[600];
        final long openedAt = System.nanoTime();
    }

    static final class SessionRegistry {
        private final Map<String, Session> openSessions = new ConcurrentHashMap<>();

        void open() {
            openSessions.put(UUID.randomUUID().toString(), new Session());
        }
    }

    static SessionRegistry registry;

    static void run() {
        registry = new SessionRegistry();
        for (int at = 0; at < 40_000; at++) registry.open();
    }
}
