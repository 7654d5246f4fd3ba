import java.io.IOException;
import java.net.ServerSocket;
import java.util.ArrayDeque;
import java.util.List;
import java.util.ArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.locks.LockSupport;
import java.util.concurrent.locks.ReentrantLock;

/**
 * Threads that stand at known places, and busy ones in which every frame's line names the method it calls.
 *
 *   Stacks parked|busy|all
 *
 * Says "ready" and goes on. No line calls two methods of this file, so that a caller's line tells its callee.
 */
public class Stacks {
    static final Object MONITOR_A = new Object();
    static final Object MONITOR_B = new Object();
    static final ReentrantLock LOCK_A = new ReentrantLock();
    static final ReentrantLock LOCK_B = new ReentrantLock();
    static final Object HELD = new Object();
    static final Object NEVER = new Object();
    static final CountDownLatch standing = new CountDownLatch(10);
    static volatile int sink;

    public static void main(String[] args) throws Exception {
        if (!args[0].equals("busy")) parked();
        if (!args[0].equals("parked")) busy();
        System.out.println("ready");
        System.out.flush();
        Thread.sleep(600_000);
    }

    // Threads that wait.

    static void parked() throws Exception {
        start("deadlock-monitor-a", () -> bothMonitors(MONITOR_A, MONITOR_B));
        start("deadlock-monitor-b", () -> bothMonitors(MONITOR_B, MONITOR_A));
        start("deadlock-lock-a", () -> bothLocks(LOCK_A, LOCK_B));
        start("deadlock-lock-b", () -> bothLocks(LOCK_B, LOCK_A));
        start("holder", () -> hold(HELD));
        start("waiter", () -> await(NEVER));
        start("accepting", Stacks::accept);
        start("compiled", Stacks::compiled);
        start("values", () -> values(7, 1L << 40, "text", new int[] {1, 2, 3}, 2.5));
        start("recursive", () -> recursive(100));
        standing.await();
        start("contender", () -> contend(HELD));
        virtualThreads();
        Thread.sleep(500);
    }

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
        } catch (IOException e) {
            sink++;
        }
    }

    /** Runs until it is compiled, inlining included, then stands still in the compiled code. */
    static void compiled() {
        for (int round = 0; round < 300_000; round++) outer(round);
        standing.countDown();
        outer(-1);
    }

    static int outer(int round) {
        return middle(round) + 1;
    }

    static int middle(int round) {
        return inner(round, "of the middle") + 1;
    }

    static int inner(int round, String text) {
        if (round < 0) LockSupport.park(text);
        return text.length() + round;
    }

    static int values(int number, long wide, String text, int[] array, double real) {
        boolean flag = number > 3;
        char letter = 'x';
        List<String> list = new ArrayList<>();
        list.add(text);
        standing.countDown();
        sleepLong();
        return number + (int) wide + list.size() + array.length + (int) real + (flag ? letter : 0);
    }

    static int recursive(int depth) {
        if (depth == 0) {
            standing.countDown();
            sleepLong();
        }
        return recursive(depth - 1) + 1;
    }

    static void awaitOthers() {
        try {
            standing.await();
        } catch (InterruptedException e) {
            sink++;
        }
    }

    static void sleepLong() {
        try {
            Thread.sleep(600_000);
        } catch (InterruptedException e) {
            sink++;
        }
    }

    // Virtual threads, where this JVM has them; by reflection, since the compiler may be older.

    static void virtualThreads() throws Exception {
        Object builder;
        try {
            builder = Thread.class.getMethod("ofVirtual").invoke(null);
        } catch (ReflectiveOperationException e) {
            return;
        }
        Class<?> type = Class.forName("java.lang.Thread$Builder");
        for (int index = 0; index < 3; index++) {
            int depth = index * 5;
            startVirtual(type, builder, "virtual-parked-" + index, () -> virtualParked(depth));
        }
        startVirtual(type, builder, "virtual-contender", () -> contend(HELD));
        startVirtual(type, builder, "virtual-mounted", Stacks::spinForEver);
    }

    static void startVirtual(Class<?> type, Object builder, String name, Runnable what) throws Exception {
        Object named = type.getMethod("name", String.class).invoke(builder, name);
        type.getMethod("start", Runnable.class).invoke(named, what);
    }

    static void virtualParked(int depth) {
        if (depth == 0) LockSupport.park(NEVER);
        else virtualParked(depth - 1);
    }

    static void spinForEver() {
        while (true) sink = spin(sink);
    }

    static int spin(int value) {
        return value * 31 + 7;
    }

    static Thread start(String name, Runnable what) {
        Thread thread = new Thread(what, name);
        thread.setDaemon(name.length() % 2 == 0);
        thread.setPriority(1 + name.length() % 10);
        thread.start();
        return thread;
    }

    // Threads that run.

    static void busy() {
        start("busy-calls", () -> { while (true) first(sink); });
        start("busy-objects", () -> { while (true) objects(); });
        start("busy-monitors", () -> { while (true) monitors(); });
        start("busy-throws", () -> { while (true) throwsUp(); });
        start("busy-copies", () -> { while (true) copies(); });
        start("busy-interface", () -> { while (true) shapes(); });
    }

    static int first(int value) {
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

    static void objects() {
        ArrayDeque<Object> queue = new ArrayDeque<>();
        for (int i = 0; i < 100; i++) {
            queue.add(made(i));
        }
        while (!queue.isEmpty()) sink += queue.poll().hashCode();
    }

    static Object made(int i) {
        if (i % 3 == 0) return new int[i];
        return named(i);
    }

    static String named(int i) {
        return "number " + i;
    }

    static void monitors() {
        for (int i = 0; i < 20; i++) {
            synchronized (NEVER) {
                sink = locked(i);
            }
        }
    }

    static synchronized int locked(int i) {
        return nested(i);
    }

    static int nested(int i) {
        return sink ^ i;
    }

    static void throwsUp() {
        try {
            deep(5);
        } catch (IllegalStateException e) {
            sink++;
        }
    }

    static void deep(int depth) {
        if (depth == 0) throw new IllegalStateException("depth");
        deep(depth - 1);
    }

    static void copies() {
        byte[] from = new byte[2000];
        for (int i = 0; i < 20; i++) {
            from = copied(from);
        }
    }

    static byte[] copied(byte[] from) {
        byte[] to = new byte[from.length];
        System.arraycopy(from, 1, to, 0, from.length - 1);
        return to;
    }

    interface Shape {
        double area();
    }

    record Square(double side) implements Shape {
        public double area() {
            return side * side;
        }
    }

    record Circle(double radius) implements Shape {
        public double area() {
            return rounded(Math.sin(radius));
        }

        static double rounded(double value) {
            return Math.floor(value);
        }
    }

    record Nothing() implements Shape {
        public double area() {
            return 0;
        }
    }

    static void shapes() {
        Shape[] some = {new Square(2), new Circle(3), new Nothing()};
        double total = 0;
        for (int i = 0; i < 100; i++) {
            total += some[i % 3].area();
        }
        sink += (int) total;
    }
}
