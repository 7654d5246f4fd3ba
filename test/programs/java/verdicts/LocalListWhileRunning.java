package verdicts;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;

/** A batch holds all its records in a local list while it works on them; memory has not run out yet. */
final class LocalListWhileRunning {
    private LocalListWhileRunning() {}

    static final CountDownLatch reading = new CountDownLatch(1);

    static void importFile() {
        List<byte[]> records = new ArrayList<>();
        for (int at = 0; at < 20_000; at++) records.add(new byte[1000]);
        reading.countDown();
        Run.sleepForever(); // wanted
        System.out.println(records.size());
    }

    static void run() throws Exception {
        Run.start("nightly-import", LocalListWhileRunning::importFile);
        Run.await(reading);
    }
}
