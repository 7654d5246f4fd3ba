package heldout;

import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentMap;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.LongAdder;
import java.util.concurrent.locks.ReentrantLock;

/** An order is changed by one thread at a time: each has a lock, in a map that only ever grows. */
public class OrderLocks {
    private final ConcurrentMap<String, ReentrantLock> locks = new ConcurrentHashMap<>();
    private final LongAdder changes = new LongAdder();

    void change(String order) {
        ReentrantLock lock = locks.computeIfAbsent(order, id -> new ReentrantLock());
        lock.lock();
        try {
            changes.increment();
        } finally {
            lock.unlock();
        }
    }

    static final OrderLocks shop = new OrderLocks();

    static void run() throws Exception {
        ExecutorService workers = Executors.newFixedThreadPool(4);
        for (int at = 0; at < 240_000; at++) {
            String order = "order-" + at / 2;
            workers.execute(() -> shop.change(order));
        }
        workers.shutdown();
        workers.awaitTermination(20, TimeUnit.SECONDS);
    }
}
