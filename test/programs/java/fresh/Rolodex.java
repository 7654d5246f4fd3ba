package fresh;

import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;

/** Whoever calls is noted with number and name. It may be all the customers there are. */
public class Rolodex {
    record Customer(long number, String name, String street, String town) {}

    private static final Map<Long, Customer> BY_NUMBER = new ConcurrentHashMap<>();

    static Customer call(long number) {
        return BY_NUMBER.computeIfAbsent(number, caller -> new Customer(caller, "Customer " + caller, "Street " + caller % 3_000, "Town " + caller % 250));
    }

    static void run() {
        for (long at = 0; at < 90_000; at++) call(1_000_000 + at * 17);
    }
}
