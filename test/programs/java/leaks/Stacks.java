package leaks;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;

/** Threads whose stacks and locals are known: named, of chosen priority, some alike, one virtual where there are any. */
public final class Stacks {
    private static final CountDownLatch never = new CountDownLatch(1);

    static void hold(int kilobytes, CountDownLatch ready) {
        byte[] report = new byte[kilobytes * 1024];
        List<String> lines = new ArrayList<>(List.of("first", "second"));
        waitForEver(ready);
        System.out.println(report.length + lines.size());
    }

    private static void waitForEver(CountDownLatch ready) {
        ready.countDown();
        try {
            never.await();
        } catch (InterruptedException stop) {
            Thread.currentThread().interrupt();
        }
    }

    public static void main(String[] arguments) throws Exception {
        CountDownLatch ready = new CountDownLatch(6);
        for (int i = 0; i < 5; i++) {
            int kilobytes = 10 * (i + 1);
            Thread thread = new Thread(() -> hold(kilobytes, ready), "report-" + i);
            thread.setDaemon(i != 3);
            thread.setPriority(i == 4 ? 7 : 5);
            if (i == 3) thread.setDaemon(false);
            thread.start();
        }
        startVirtual(() -> hold(77, ready), ready);
        ready.await();
        Thread.sleep(100);
        Dump.write(arguments[1]);
        Dump.writeThreads(arguments[1] + ".threads.txt");
        Runtime.getRuntime().halt(0);
    }

    private static void startVirtual(Runnable task, CountDownLatch ready) throws Exception {
        try {
            Thread.class.getMethod("startVirtualThread", Runnable.class).invoke(null, task);
        } catch (NoSuchMethodException | java.lang.reflect.InvocationTargetException none) {
            ready.countDown();
        }
    }
}
