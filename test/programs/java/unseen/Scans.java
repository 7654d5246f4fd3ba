package unseen;

import java.io.File;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;
import org.apache.commons.io.FileCleaningTracker;

/** Temporary files are to go with the object that marks them; but the marker is the program itself, which never goes. */
class Scans {
    private static final FileCleaningTracker TRACKER = new FileCleaningTracker();

    private final Path folder = Files.createTempDirectory("scans");

    Scans() throws IOException {}

    void scan(int page) {
        File file = folder.resolve("batch-" + page / 1_000).resolve("page-" + page + "-" + "scanned-by-the-machine-on-the-second-floor".repeat(2) + ".tif").toFile();
        TRACKER.track(file, this);
    }

    static final Map<String, Scans> machines = new HashMap<>();

    static void run() throws IOException {
        Scans machine = new Scans();
        machines.put("second floor", machine);
        for (int page = 0; page < 60_000; page++) machine.scan(page);
    }
}
