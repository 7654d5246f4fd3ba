package verdicts;

import java.util.HashMap;
import java.util.Map;

/** Progress is filed under the id of each request and never taken out. */
final class AuditOfRequests {
    private AuditOfRequests() {}

    static final class Progress {
        final byte[] steps = new byte[250];
    }

    static final class Uploads {
        private final Map<String, Progress> progressByRequest = new HashMap<>();

        void begin(String requestId) {
            progressByRequest.put(requestId, new Progress());
        }
    }

    static Uploads uploads;

    static void run() {
        uploads = new Uploads();
        for (int at = 0; at < 50_000; at++) {
            uploads.begin("req-" + Long.toHexString(at * 0x9E3779B97F4A7C15L));
        }
    }
}
