import com.sun.management.HotSpotDiagnosticMXBean;
import java.lang.management.ManagementFactory;
import java.net.ServerSocket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Paths;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.locks.LockSupport;
import java.util.concurrent.locks.ReentrantLock;
import javax.management.MBeanServer;
import javax.management.ObjectName;

/**
 * Threads that stand at known places and a heap with something of everything, for every release since 8 on every
 * machine: written in Java 8, and the process itself saves what the JVM says of it, since nothing can attach to a JVM
 * that is emulated.
 *
 *   Standing FOLDER
 *
 * Writes threads.txt (as jcmd Thread.print), histogram.txt (GC.class_histogram -all) and heap.hprof, says "ready" and
 * waits. Threads whose names begin with "busy" run, when their number is given as a second argument.
 */
public class Standing {
    static final Object MONITOR_A = new Object();
    static final Object MONITOR_B = new Object();
    static final ReentrantLock LOCK_A = new ReentrantLock();
    static final ReentrantLock LOCK_B = new ReentrantLock();
    static final Object HELD = new Object();
    static final Object NEVER = new Object();
    static final Object INLINED = new Object();
    static final List<Object> kept = new ArrayList<>();
    static final Map<String, byte[]> cache = new HashMap<>();
    static final CountDownLatch standing = new CountDownLatch(9);
    static volatile int sink;

    public static void main(String[] args) throws Exception {
        fill();
        start("deadlock-monitor-a", () -> bothMonitors(MONITOR_A, MONITOR_B));
        start("deadlock-monitor-b", () -> bothMonitors(MONITOR_B, MONITOR_A));
        start("deadlock-lock-a", () -> bothLocks(LOCK_A, LOCK_B));
        start("deadlock-lock-b", () -> bothLocks(LOCK_B, LOCK_A));
        start("holder", () -> hold(HELD));
        start("waiter", () -> await(NEVER));
        start("accepting", Standing::accept);
        start("compiled", Standing::compiled);
        start("values", () -> values(7, 1L << 40, "text", new int[] {1, 2, 3}, 2.5));
        standing.await();
        start("contender", () -> contend(HELD));
        while (!allStand()) Thread.sleep(20);
        int busy = args.length > 1 ? Integer.parseInt(args[1]) : 0;
        // Not by the server of beans, whose objects would stand on this stack while the heap is dumped.
        HotSpotDiagnosticMXBean diagnostics = ManagementFactory.getPlatformMXBean(HotSpotDiagnosticMXBean.class);
        save(args[0]);
        diagnostics.dumpHeap(args[0] + "/heap.hprof", false);
        for (int index = 0; index < busy; index++) start("busy-" + index, Standing::runForEver);
        System.out.println("ready");
        System.out.flush();
        Thread.sleep(600_000);
    }

    /** Every started thread waits for something that does not come. */
    static boolean allStand() {
        for (Map.Entry<Thread, StackTraceElement[]> each : Thread.getAllStackTraces().entrySet()) {
            String name = each.getKey().getName();
            StackTraceElement[] frames = each.getValue();
            if (frames.length == 0 || !frames[frames.length - 1].getMethodName().equals("run")) continue;
            boolean isOwn = frames.length > 1 && frames[frames.length - 2].getClassName().startsWith("Standing");
            Thread.State state = each.getKey().getState();
            if (isOwn && state == Thread.State.RUNNABLE && !name.equals("accepting")) return false;
        }
        return true;
    }

    static void save(String folder) throws Exception {
        MBeanServer server = ManagementFactory.getPlatformMBeanServer();
        ObjectName commands = new ObjectName("com.sun.management:type=DiagnosticCommand");
        String[] lines = {String[].class.getName()};
        Object[] none = {new String[0]};
        Object[] all = {new String[] {"-all"}};
        // Once in vain: what the commands load and allocate for good is there before anything is counted.
        server.invoke(commands, "threadPrint", none, lines);
        server.invoke(commands, "gcClassHistogram", all, lines);
        write(folder + "/threads.txt", (String) server.invoke(commands, "threadPrint", none, lines));
        write(folder + "/histogram.txt", (String) server.invoke(commands, "gcClassHistogram", all, lines));
    }

    static void write(String path, String text) throws Exception {
        Files.write(Paths.get(path), text.getBytes(StandardCharsets.UTF_8));
    }

    // The heap.

    static void fill() throws Exception {
        for (int i = 0; i < 5_000; i++) cache.put("session " + i, new byte[200 + i % 7]);
        for (int i = 0; i < 3_000; i++) kept.add(new Order(i, "order " + i, new long[] {i, i + 1}));
        for (int i = 0; i < 20; i++) kept.add(new Loader().define());
        Object[] nested = null;
        for (int i = 0; i < 500; i++) nested = new Object[] {nested, (byte) i, (short) i, i * 1.5f, i * 2.5, (char) i};
        kept.add(nested);
        kept.add(new java.lang.ref.WeakReference<>(new Order(-1, "weak", null)));
        kept.add(java.nio.ByteBuffer.allocateDirect(1 << 16));
        for (int i = 0; i < 1_000; i++) sink += ("garbage " + i).length();
    }

    static class Base {
        byte small;
        long wide;
    }

    static class Order extends Base {
        final int number;
        final String name;
        final long[] parts;
        boolean paid = true;
        Order(int number, String name, long[] parts) {
            this.number = number;
            this.name = name;
            this.parts = parts;
            small = (byte) number;
            wide = number * 3L;
        }
    }

    static class Loader extends ClassLoader {
        Object define() throws Exception {
            byte[] bytes = Files.readAllBytes(Paths.get(
                Standing.class.getResource("Standing$Plugin.class").toURI()));
            return defineClass("Standing$Plugin", bytes, 0, bytes.length).getDeclaredConstructor().newInstance();
        }
    }

    public static class Plugin {
        String name = "plugin";
    }

    // Threads that wait.

    static void bothMonitors(Object first, Object second) {
        synchronized (first) {
            standing.countDown();
            awaitOthers();
            synchronized (second) {
                sink++;
            }
        }
    }

    static void bothLocks(ReentrantLock first, ReentrantLock second) {
        first.lock();
        standing.countDown();
        awaitOthers();
        second.lock();
    }

    static void awaitOthers() {
        try {
            standing.await();
        } catch (InterruptedException e) {
            sink++;
        }
    }

    static void hold(Object held) {
        synchronized (held) {
            synchronized (held) {
                standing.countDown();
                sleepLong();
            }
        }
    }

    static void contend(Object held) {
        synchronized (held) {
            sink++;
        }
    }

    static void await(Object never) {
        synchronized (never) {
            standing.countDown();
            try {
                never.wait();
            } catch (InterruptedException e) {
                sink++;
            }
        }
    }

    static void accept() {
        try (ServerSocket socket = new ServerSocket(0)) {
            standing.countDown();
            socket.accept();
        } catch (java.io.IOException e) {
            sink++;
        }
    }

    /** Runs until it is compiled, inlining included, then stands still in the compiled code. */
    static void compiled() {
        for (int round = 0; round < 60_000; round++) outer(round, INLINED);
        outer(-1, INLINED);
    }

    static int outer(int round, Object held) {
        return middle(round, held) + 1;
    }

    static int middle(int round, Object held) {
        synchronized (held) {
            return inner(round, "of the middle") + 1;
        }
    }

    static int inner(int round, String text) {
        if (round >= 0) return text.length() + round;
        standing.countDown();
        LockSupport.parkNanos(MONITOR_A, 600_000_000_000L);
        return text.length();
    }

    static void values(int small, long wide, String text, int[] numbers, double real) {
        int sum = small + numbers.length;
        standing.countDown();
        sleepLong();
        sink += sum + (int) wide + text.length() + (int) real;
    }

    static void sleepLong() {
        try {
            Thread.sleep(600_000);
        } catch (InterruptedException e) {
            sink++;
        }
    }

    static Thread start(String name, Runnable what) {
        Thread thread = new Thread(what, name);
        thread.setDaemon(name.length() % 2 == 0);
        thread.setPriority(1 + name.length() % 10);
        thread.start();
        return thread;
    }

    // Threads that run: no line calls two methods of this file, so that a caller's line tells its callee.

    static void runForEver() {
        while (true) {
            calls(sink);
            texts(sink);
        }
    }

    static int calls(int value) {
        int sum = 0;
        for (int i = 0; i < 50; i++) {
            sum += second(value + i);
        }
        return sum;
    }

    static int second(int value) {
        if ((value & 3) == 0)
            return third(value, 1L);
        return fourth(value, value * 2.0) + 1;
    }

    static int third(int value, long wide) {
        int more = fib(value & 7);
        return fourth(more, wide) + (int) wide;
    }

    static int fourth(int value, double real) {
        return value + (int) real;
    }

    static int fib(int n) {
        if (n < 2) return n;
        int before = fib(n - 1);
        return before + fib(n - 2);
    }

    static void texts(int seed) {
        for (int i = 0; i < 20; i++) {
            synchronized (NEVER) {
                sink = locked(i, seed);
            }
        }
    }

    static synchronized int locked(int i, int seed) {
        return named(i + seed);
    }

    static int named(int i) {
        return ("number " + i).hashCode();
    }
}
