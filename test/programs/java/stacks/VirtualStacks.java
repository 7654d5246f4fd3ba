import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Semaphore;
import java.util.concurrent.locks.LockSupport;
import java.util.concurrent.locks.ReentrantLock;

/**
 * Virtual threads that stand at known places.
 *
 *   VirtualStacks COUNT
 *
 * COUNT of them wait in the same few places, of a pool and by themselves, unnamed; beside them stand some with names, two
 * that wait for each other, two that run, one that was never started. Says "ready" and waits. For JDK 21 and later.
 */
public class VirtualStacks {
    static final ReentrantLock LOCK_A = new ReentrantLock();
    static final ReentrantLock LOCK_B = new ReentrantLock();
    static final Object MONITOR = new Object();
    static final Semaphore NEVER = new Semaphore(0);
    static CountDownLatch standing;
    static final CountDownLatch holding = new CountDownLatch(2);
    static final CountDownLatch end = new CountDownLatch(1);
    static volatile int sink;
    static Thread unstarted;
    static Thread[] kept;
    static ExecutorService pool;

    public static void main(String[] args) throws Exception {
        int count = Integer.parseInt(args[0]);
        standing = new CountDownLatch(count + 9);
        for (int round = 0; round < 20_000; round++) compiled(round, 3);
        pool = Executors.newVirtualThreadPerTaskExecutor();
        kept = new Thread[count];
        for (int index = 0; index < count; index++) {
            int each = index;
            if (index % 4 == 0) pool.submit(() -> request(each));
            else kept[index] = Thread.ofVirtual().start(() -> request(each));
        }
        start("lock-a", () -> both(LOCK_A, LOCK_B));
        start("lock-b", () -> both(LOCK_B, LOCK_A));
        start("sleeper", VirtualStacks::sleepLong);
        start("recursive", () -> recursive(120));
        start("compiled", () -> compiled(-1, 6));
        start("monitor-holder", VirtualStacks::holdMonitor);
        start("semaphore", VirtualStacks::acquire);
        start("mounted", VirtualStacks::spin);
        start("remounted", () -> remounted(20));
        unstarted = Thread.ofVirtual().name("unstarted").unstarted(VirtualStacks::spin);
        standing.await();
        awaitParked();
        System.out.println("ready");
        System.out.flush();
        end.await();
    }

    /** All but those that spin. */
    static void awaitParked() throws Exception {
        for (Thread each : kept) {
            while (each != null && each.getState() == Thread.State.RUNNABLE) Thread.sleep(5);
        }
        Thread.sleep(300);
    }

    static void start(String name, Runnable what) {
        Thread.ofVirtual().name(name).start(what);
    }

    static void request(int index) {
        switch (index % 5) {
            case 0 -> read(index);
            case 1 -> query(index);
            case 2 -> sleepLong();
            case 3 -> recursive(index % 3 * 4 + 2);
            default -> awaitEnd();
        }
    }

    static void read(int index) {
        standing.countDown();
        while (sink >= 0) LockSupport.park();
    }

    static void query(int index) {
        read(index + 1);
    }

    static void awaitEnd() {
        standing.countDown();
        try {
            end.await();
        } catch (InterruptedException e) {
            sink++;
        }
    }

    static void both(ReentrantLock first, ReentrantLock second) {
        first.lock();
        holding.countDown();
        standing.countDown();
        try {
            holding.await();
        } catch (InterruptedException e) {
            sink++;
        }
        second.lock();
    }

    static void holdMonitor() {
        synchronized (MONITOR) {
            awaitEnd();
        }
    }

    static void acquire() {
        standing.countDown();
        NEVER.acquireUninterruptibly();
    }

    static void recursive(int depth) {
        if (depth > 0) {
            recursive(depth - 1);
            return;
        }
        awaitEnd();
    }

    /** Runs until it is compiled, then stands still there. */
    static int compiled(int round, int depth) {
        if (depth > 0) return compiled(round, depth - 1) + 1;
        if (round < 0) awaitEnd();
        return round;
    }

    static void sleepLong() {
        standing.countDown();
        try {
            Thread.sleep(600_000);
        } catch (InterruptedException e) {
            sink++;
        }
    }

    /** Goes on where it waited a moment, while its callers are still where they were put aside. */
    static void remounted(int depth) {
        if (depth > 0) {
            remounted(depth - 1);
            return;
        }
        LockSupport.parkNanos(1_000_000);
        spin();
    }

    static void spin() {
        standing.countDown();
        while (true) sink = sink * 31 & 0xff;
    }
}
