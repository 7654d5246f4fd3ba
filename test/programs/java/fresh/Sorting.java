package fresh;

import com.conversantmedia.util.concurrent.DisruptorBlockingQueue;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.atomic.AtomicLong;

/** Parcels pass a bounded queue of Conversant's from three scanners to two sorters that keep up; how many went where is counted by postal code. */
public class Sorting {
    record Parcel(long number, int code, byte[] label) {}

    private final BlockingQueue<Parcel> belt = new DisruptorBlockingQueue<>(8_192);
    private final long[] byCode = new long[1_000_000];
    private final AtomicLong sorted = new AtomicLong();

    private void scan(int scanner) {
        try {
            for (long number = scanner; ; number += 3) belt.put(new Parcel(number, (int) (number * 31 % 1_000_000), new byte[200]));
        } catch (InterruptedException end) {
            Thread.currentThread().interrupt();
        }
    }

    private void sort() {
        try {
            while (true) {
                byCode[belt.take().code()]++;
                sorted.incrementAndGet();
            }
        } catch (InterruptedException end) {
            Thread.currentThread().interrupt();
        }
    }

    static void run() throws Exception {
        Sorting hall = new Sorting();
        for (int at = 0; at < 3; at++) {
            int scanner = at;
            start("scanner-" + at, () -> hall.scan(scanner));
        }
        for (int at = 0; at < 2; at++) start("sorter-" + at, hall::sort);
        while (hall.sorted.get() < 300_000) Thread.sleep(20);
    }

    private static void start(String name, Runnable work) {
        Thread thread = new Thread(work, name);
        thread.setDaemon(true);
        thread.start();
    }
}
