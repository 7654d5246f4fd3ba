package judged;

import com.sun.management.HotSpotDiagnosticMXBean;
import java.io.File;
import java.lang.management.ManagementFactory;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;

/** Runs one program of this folder, then writes a heap dump of live objects; programs that run out of memory are dumped by the JVM. */
public final class Run {
    private Run() {}

    public static void main(String[] arguments) throws Exception {
        Class.forName("judged." + arguments[0]).getDeclaredMethod("run").invoke(null);
        new File(arguments[1]).delete();
        ManagementFactory.getPlatformMXBean(HotSpotDiagnosticMXBean.class).dumpHeap(arguments[1], true);
        Runtime.getRuntime().halt(0);
    }

    /** Waits until threads are where their program wants them. */
    static void await(CountDownLatch latch) throws InterruptedException {
        if (!latch.await(120, TimeUnit.SECONDS)) throw new IllegalStateException("not there in time");
    }

    /** A thread that nobody waits for. */
    static Thread start(String name, Task task) {
        Thread thread = new Thread(() -> {
            try {
                task.run();
            } catch (Exception failure) {
                failure.printStackTrace();
                Runtime.getRuntime().halt(1);
            }
        }, name);
        thread.setDaemon(true);
        thread.start();
        return thread;
    }

    /** Blocks until the process ends, as a call without a timeout does. */
    static void blockForever() {
        try {
            new CountDownLatch(1).await();
        } catch (InterruptedException interrupted) {
            Thread.currentThread().interrupt();
        }
    }

    interface Task {
        void run() throws Exception;
    }
}
