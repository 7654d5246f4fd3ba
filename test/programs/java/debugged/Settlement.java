package debugged;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CountDownLatch;

/** Runs out of memory in a known thread, frame and line, with known entries planted in a map. */
public final class Settlement {
    static final Map<String, Order> ORDERS = new HashMap<>();
    static final ThreadLocal<Context> CONTEXT = new ThreadLocal<>();

    static final class Order {
        final long number;
        final String customer;

        Order(long number, String customer) {
            this.number = number;
            this.customer = customer;
        }
    }

    record Context(String tenant) {}

    private final List<long[]> pages = new ArrayList<>();
    private final String name = "settlement of march";

    void settle(Order first) {
        long sum = first.number;
        while (true) {
            long[] page = nextPage();
            page[0] = sum++;
            pages.add(page);
        }
    }

    private long[] nextPage() {
        return new long[1 << 15];
    }

    static void idle(Order held, CountDownLatch never) {
        try {
            never.await();
        } catch (InterruptedException stop) {
            System.err.println(held.customer);
        }
    }

    public static void main(String[] arguments) throws Exception {
        for (int i = 0; i < 1000; i++) ORDERS.put("order-" + i, new Order(i, "customer-" + i % 10));
        CountDownLatch never = new CountDownLatch(1);
        Thread idle = new Thread(() -> idle(ORDERS.get("order-42"), never), "idle-1");
        idle.setDaemon(true);
        idle.start();
        Thread job = new Thread(() -> {
            CONTEXT.set(new Context("tenant-north"));
            new Settlement().settle(ORDERS.get("order-7"));
        }, "settlement-1");
        job.setUncaughtExceptionHandler((thread, error) -> {
            for (StackTraceElement frame : error.getStackTrace()) System.out.println(frame);
            Runtime.getRuntime().halt(0);
        });
        job.start();
        job.join();
    }
}
