package unseen;

import com.sun.management.HotSpotDiagnosticMXBean;
import java.io.File;
import java.lang.management.ManagementFactory;
import java.lang.reflect.InvocationTargetException;

/** Runs one program of this folder, then writes a heap dump of live objects; programs that run out of memory are dumped by the JVM. */
public final class Run {
    private Run() {}

    public static void main(String[] arguments) throws Exception {
        try {
            Class.forName("unseen." + arguments[0]).getDeclaredMethod("run").invoke(null);
        } catch (InvocationTargetException failure) {
            if (!(failure.getCause() instanceof OutOfMemoryError)) throw failure;
            // The JVM has written the dump when the error was thrown.
            Runtime.getRuntime().halt(new File(arguments[1]).exists() ? 0 : 1);
        }
        new File(arguments[1]).delete();
        ManagementFactory.getPlatformMXBean(HotSpotDiagnosticMXBean.class).dumpHeap(arguments[1], true);
        Runtime.getRuntime().halt(0);
    }
}
