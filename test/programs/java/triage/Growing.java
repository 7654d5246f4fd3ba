import java.io.InputStream;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.locks.LockSupport;

/**
 * A process that grows for one reason, or for none, then says "ready" and waits.
 *
 *   Growing healthy|retention|churn|direct|loaders|threads|mixed SECONDS
 *
 * healthy: some live data, some garbage. retention: a list that only grows. churn: garbage at full speed.
 * direct: 192 buffers of 1 MiB. loaders: 12 000 class loaders. threads: 600 threads that wait for ever.
 * mixed: 20 buffers of 1 MiB, 500 loaders, 25 threads; where the JDK has them 20 virtual threads that are parked.
 */
public class Growing {
    static final List<Object> kept = new ArrayList<>();
    static volatile Object last;
    static final ThreadLocal<String> tenant = new ThreadLocal<>();

    public static void main(String[] args) throws Exception {
        String mode = args[0];
        tenant.set("acme");
        long end = System.nanoTime() + Long.parseLong(args[1]) * 1_000_000_000L;
        for (int i = 0; i < 20_000; i++) kept.add("value " + i);
        switch (mode) {
            case "direct":
                buffers(192);
                break;
            case "loaders":
                loaders(12_000);
                break;
            case "threads":
                threads(600);
                break;
            case "mixed":
                buffers(20);
                loaders(500);
                threads(25);
                virtualThreads(20);
                break;
            default:
        }
        // On a slow machine growth takes longer, but it is as much.
        int rounds = mode.equals("retention") ? 300 : 0;
        while (System.nanoTime() < end || rounds > 0) {
            rounds--;
            switch (mode) {
                case "retention":
                    for (int i = 0; i < 40; i++) kept.add(new byte[4096]);
                    garbage(512);
                    Thread.sleep(10);
                    break;
                case "churn":
                    garbage(4096);
                    break;
                default:
                    garbage(256);
                    Thread.sleep(5);
            }
        }
        System.out.println("ready");
        System.out.flush();
        Thread.sleep(600_000);
    }

    static void garbage(int kilobytes) {
        for (int i = 0; i < kilobytes; i++) last = new byte[1024 + ThreadLocalRandom.current().nextInt(16)];
    }

    static void buffers(int count) {
        for (int i = 0; i < count; i++) {
            ByteBuffer buffer = ByteBuffer.allocateDirect(1 << 20);
            for (int at = 0; at < buffer.capacity(); at += 4096) buffer.put(at, (byte) 1);
            kept.add(buffer);
        }
    }

    static void threads(int count) {
        Object never = new Object();
        for (int i = 0; i < count; i++) {
            Thread thread = new Thread(() -> {
                synchronized (never) {
                    try {
                        never.wait();
                    } catch (InterruptedException e) {
                        return;
                    }
                }
            }, "request-handler-" + i);
            thread.setDaemon(true);
            thread.start();
        }
    }

    /** Compiled by a JDK without them. */
    static void virtualThreads(int count) throws Exception {
        if (Runtime.version().feature() < 21) return;
        Class<?> type = Class.forName("java.lang.Thread$Builder$OfVirtual");
        for (int i = 0; i < count; i++) {
            int depth = i % 4;
            Object builder = type.getMethod("name", String.class)
                    .invoke(Thread.class.getMethod("ofVirtual").invoke(null), "virtual-" + i);
            Thread thread = (Thread) type.getMethod("start", Runnable.class).invoke(builder, (Runnable) () -> park(depth));
            while (LockSupport.getBlocker(thread) != kept || thread.getState() != Thread.State.WAITING) Thread.onSpinWait();
        }
    }

    static void park(int depth) {
        if (depth > 0) park(depth - 1);
        else while (true) LockSupport.park(kept);
    }

    static void loaders(int count) throws Exception {
        byte[] bytes;
        try (InputStream in = Growing.class.getResourceAsStream("Growing$Plugin.class")) {
            bytes = in.readAllBytes();
        }
        for (int i = 0; i < count; i++) {
            Class<?> type = new Loader().define(bytes);
            kept.add(type.getDeclaredConstructor().newInstance());
        }
    }

    static class Loader extends ClassLoader {
        Class<?> define(byte[] bytes) {
            return defineClass("Growing$Plugin", bytes, 0, bytes.length);
        }
    }

    /** Methods enough for some kilobytes of metadata. */
    public static class Plugin {
        String name = "plugin";
        int a(int x) { return x + 1; }
        int b(int x) { return a(x) * 2; }
        int c(int x) { return b(x) - 3; }
        String d(String s) { return s + name + "d"; }
        String e(String s) { return d(s) + "e" + a(s.length()); }
        String f(String s) { return e(s) + "f" + b(s.length()); }
        long g(long x, long y) { return x * y + c((int) x); }
        long h(long x, long y) { return g(x, y) / (y + 1); }
        double i(double x) { return Math.sqrt(x) + h((long) x, 3); }
        double j(double x) { return Math.cbrt(x) + i(x); }
        boolean k(Object o) { return o instanceof String && ((String) o).isEmpty(); }
        boolean l(Object o) { return k(o) || o == null; }
        List<String> m(List<String> in) { List<String> out = new ArrayList<>(in); out.add(f("m")); return out; }
        List<String> n(List<String> in) { List<String> out = m(in); out.add(f("n")); return out; }
    }
}
