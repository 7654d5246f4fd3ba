package verdicts;

import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;

/** Sessions come and go: 3,000 are alive, thousands were before. In good health. */
final class SteadySessions {
    private SteadySessions() {}

    static final class Session {
        final byte[] state = new byte[4000];
    }

    static final Map<String, Session> SESSIONS = new java.util.HashMap<>();

    static void run() {
        for (int at = 0; at < 60_000; at++) {
            SESSIONS.put("session-" + at, new Session());
            SESSIONS.remove("session-" + (at - 3_000));
        }
    }
}
