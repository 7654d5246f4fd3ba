package judged;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CountDownLatch;
import java.util.stream.Collectors;

/** A night's batch of bills is half done: what it works on is in its local variables, and will be dropped. In good health. */
final class Billing {
    private Billing() {}

    record Call(int customer, int seconds, String to) {}

    static void run() throws Exception {
        CountDownLatch half = new CountDownLatch(20);
        Run.start("batch", () -> {
            while (true) bill(half);
        });
        Run.await(half);
    }

    private static long bill(CountDownLatch half) {
        List<Call> calls = new ArrayList<>();
        for (int at = 0; at < 80_000; at++) calls.add(new Call(at % 900, at % 3_000, "0049 " + at * 31L));
        Map<Integer, List<Call>> byCustomer = calls.stream().collect(Collectors.groupingBy(Call::customer));
        long sum = 0;
        for (int round = 0; round < 400; round++) {
            for (List<Call> of : byCustomer.values()) sum += of.stream().mapToInt(Call::seconds).sum();
            half.countDown();
        }
        return sum;
    }
}
