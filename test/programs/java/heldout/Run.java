package heldout;

import com.sun.management.HotSpotDiagnosticMXBean;
import java.io.File;
import java.lang.management.ManagementFactory;
import java.lang.reflect.InvocationTargetException;

/** Runs one program of this folder, then writes a heap dump of live objects; programs that run out of memory are dumped by the JVM. */
public final class Run {
    private Run() {}

    public static void main(String[] arguments) throws Exception {
        File dump = new File(arguments[1]);
        Thread watch = new Thread(() -> haltWhenDumped(dump), "watch");
        watch.start();
        try {
            Class.forName("heldout." + arguments[0]).getDeclaredMethod("run").invoke(null);
        } catch (InvocationTargetException failure) {
            if (!dump.exists()) failure.getCause().printStackTrace();
            Runtime.getRuntime().halt(dump.exists() ? 0 : 1);
        }
        watch.interrupt();
        watch.join();
        ManagementFactory.getPlatformMXBean(HotSpotDiagnosticMXBean.class).dumpHeap(arguments[1], true);
        Runtime.getRuntime().halt(0);
    }

    /** Memory can run out in a thread that nobody waits for; the JVM's dump is whole when threads run again. */
    private static void haltWhenDumped(File dump) {
        boolean halting = false;
        while (true) {
            try {
                halting = halting || dump.exists();
                Thread.sleep(halting ? 500 : 100);
                if (halting) Runtime.getRuntime().halt(0);
            } catch (OutOfMemoryError again) {
                // The dump was written at the first one; there may be memory in the next round.
            } catch (InterruptedException end) {
                return;
            }
        }
    }
}
