package heldout;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.stream.IntStream;

/** Payments wait in a map for their counterpart; since the other bank changed the format of references, none finds one. */
public class PaymentMatching {
    record Payment(String reference, long cents, String purpose) {}

    private final ExecutorService nightly = Executors.newSingleThreadExecutor();

    private static int match(Iterator<Payment> payments) {
        Map<String, List<Payment>> open = new HashMap<>();
        int matched = 0;
        while (payments.hasNext()) { // wanted
            Payment payment = payments.next(); // wanted
            List<Payment> same = open.computeIfAbsent(payment.reference(), reference -> new ArrayList<>()); // wanted
            same.add(payment); // wanted
            if (same.size() == 2) {
                open.remove(payment.reference());
                matched++;
            }
        }
        return matched;
    }

    static void run() throws Exception {
        Iterator<Payment> year = IntStream.range(0, 20_000_000)
            .mapToObj(at -> new Payment((at % 2 == 0 ? "RF" : "rf ") + at / 2, at * 100L, "invoice " + at + " of last month"))
            .iterator();
        System.out.println(new PaymentMatching().nightly.submit(() -> match(year)).get());
    }
}
