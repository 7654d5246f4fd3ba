package leaks;

import com.sun.management.HotSpotDiagnosticMXBean;
import java.io.File;
import java.io.IOException;
import java.lang.management.ManagementFactory;

/** Writes a heap dump of this process: live objects only, after the collection that goes with it. */
final class Dump {
    private Dump() {}

    static void write(String path) throws IOException {
        write(path, true);
    }

    static void write(String path, boolean live) throws IOException {
        new File(path).delete();
        ManagementFactory.getPlatformMXBean(HotSpotDiagnosticMXBean.class).dumpHeap(path, live);
    }

    /** Saves what `jcmd PID Thread.print` says of this process at this moment. */
    static void writeThreads(String path) throws IOException, InterruptedException {
        String jcmd = System.getProperty("java.home") + "/bin/jcmd";
        new ProcessBuilder(jcmd, Long.toString(ProcessHandle.current().pid()), "Thread.print", "-l")
                .redirectOutput(new File(path))
                .redirectErrorStream(true)
                .start()
                .waitFor();
    }
}
