package fresh;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** Somebody once asked this service for a report over all years, which ran out of memory. That was refused, noted, and all is well since. */
public final class Convalescent {
    private static Throwable lastFailure;
    private static final Map<Integer, byte[]> reports = new LinkedHashMap<>(16, 0.75f, true) {
        @Override
        protected boolean removeEldestEntry(Map.Entry<Integer, byte[]> eldest) {
            return size() > 400;
        }
    };

    private static int overAllYears() {
        List<long[]> days = new ArrayList<>();
        while (days.size() < 1_000_000) days.add(new long[100_000]);
        return days.size();
    }

    private static byte[] ofYear(int year) {
        return reports.computeIfAbsent(year, asked -> new byte[40_000]);
    }

    static void run() {
        try {
            System.out.println(overAllYears());
        } catch (OutOfMemoryError failure) {
            lastFailure = failure;
        }
        for (int request = 0; request < 5_000; request++) ofYear(request * 7 % 1_500);
    }
}
