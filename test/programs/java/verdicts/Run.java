package verdicts;

import com.sun.management.HotSpotDiagnosticMXBean;
import java.io.File;
import java.lang.management.ManagementFactory;

/** Runs one program of this folder, then writes a heap dump of live objects; programs that run out of memory are dumped by the JVM. */
public final class Run {
    private Run() {}

    public static void main(String[] arguments) throws Exception {
        Class.forName("verdicts." + arguments[0]).getDeclaredMethod("run").invoke(null);
        new File(arguments[1]).delete();
        ManagementFactory.getPlatformMXBean(HotSpotDiagnosticMXBean.class).dumpHeap(arguments[1], true);
        Runtime.getRuntime().halt(0);
    }

    /** Waits until a thread is where its program wants it. */
    static void await(java.util.concurrent.CountDownLatch latch) throws InterruptedException {
        if (!latch.await(60, java.util.concurrent.TimeUnit.SECONDS)) throw new IllegalStateException("not there in time");
    }

    /** A thread that nobody waits for. */
    static Thread start(String name, Runnable task) {
        Thread thread = new Thread(task, name);
        thread.setDaemon(true);
        thread.start();
        return thread;
    }

    /** Sleeps until the process ends. */
    static void sleepForever() {
        try {
            Thread.sleep(Long.MAX_VALUE);
        } catch (InterruptedException interrupted) {
            Thread.currentThread().interrupt();
        }
    }
}
