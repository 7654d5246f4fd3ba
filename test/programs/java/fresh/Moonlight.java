package fresh;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;

/** At night all orders are gathered for an export that hangs at the partner. The error is thrown in the upload of a picture, which is not big. */
public class Moonlight {
    record Order(int number, String customer, double[] prices) {}

    private static final CountDownLatch gathered = new CountDownLatch(1);
    private static final CountDownLatch answerOfThePartner = new CountDownLatch(1);

    static void export() {
        List<Order> orders = new ArrayList<>();
        for (int number = 0; number < 130_000; number++) orders.add(new Order(number, "customer " + number % 800, new double[35]));
        send(orders); // wanted
    }

    private static void send(List<Order> orders) {
        gathered.countDown();
        try {
            answerOfThePartner.await(); // wanted
        } catch (InterruptedException end) {
            Thread.currentThread().interrupt();
        }
        System.out.println(orders.size());
    }

    static int upload() {
        byte[] picture = new byte[16_000_000];
        return picture.length;
    }

    static void run() throws Exception {
        Thread night = new Thread(Moonlight::export, "nightly-export");
        night.setDaemon(true);
        night.start();
        gathered.await();
        System.out.println(upload());
    }
}
