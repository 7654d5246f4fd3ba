package leaks;

import java.util.Map;
import java.util.Random;
import java.util.UUID;
import java.util.concurrent.ConcurrentHashMap;

/** What is known of a request is filed under its id and stays; the healthy twin removes it at the end. */
public final class RequestKeyedMap {
    static final class Progress {
        final long startedMs = 1_700_000_000_000L;
        final byte[] headers = new byte[256];
    }

    static final class Gateway {
        private final Map<String, Progress> progressById = new ConcurrentHashMap<>();
        private final boolean forgets;

        Gateway(boolean forgets) {
            this.forgets = forgets;
        }

        void handle(String id) {
            progressById.put(id, new Progress());
            if (!forgets) progressById.remove(id);
        }
    }

    private static Gateway gateway;

    static void run(boolean leak) {
        gateway = new Gateway(leak);
        Random random = new Random(42);
        for (int i = 0; i < 20_000; i++) {
            gateway.handle(new UUID(random.nextLong(), random.nextLong()).toString());
        }
    }

    public static void main(String[] arguments) throws Exception {
        run(arguments[0].equals("leak"));
        Dump.write(arguments[1]);
    }
}
