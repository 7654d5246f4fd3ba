package leaks;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** Dumps taken while an audit trail grows (or, in the healthy twin, is cut to its last 100 entries). */
public final class Growing {
    static final class AuditTrail {
        private final List<byte[]> entries = new ArrayList<>();

        void record() {
            entries.add(new byte[1000]);
        }
    }

    /** Something big that does not grow. */
    private static final Map<Integer, int[]> catalogue = new HashMap<>();
    private static final AuditTrail trail = new AuditTrail();

    public static void main(String[] arguments) throws Exception {
        boolean leak = arguments[0].equals("leak");
        for (int i = 0; i < 3_000; i++) catalogue.put(i, new int[200]);
        work(leak, 500);
        Dump.write(arguments[arguments.length - 1]); // Loads what the dumping itself needs.
        for (int dump = 1; dump < arguments.length; dump++) {
            work(leak, 1_500);
            Dump.write(arguments[dump]);
        }
    }

    private static void work(boolean leak, int requests) {
        for (int i = 0; i < requests; i++) {
            trail.record();
            if (!leak && trail.entries.size() > 100) trail.entries.remove(0);
        }
    }
}
