package leaks;

import java.util.ArrayList;
import java.util.List;

/** Runs out of memory in a thread with a name; the JVM writes the dump (-XX:+HeapDumpOnOutOfMemoryError). */
public final class OutOfMemory {
    static final class Importer {
        private final List<long[]> rows = new ArrayList<>();

        void load() {
            while (true) rows.add(new long[4096]);
        }
    }

    public static void main(String[] arguments) throws Exception {
        Importer importer = new Importer();
        Thread thread = new Thread(importer::load, "import-job");
        thread.setUncaughtExceptionHandler((who, error) -> Runtime.getRuntime().halt(0));
        thread.start();
        thread.join();
    }
}
