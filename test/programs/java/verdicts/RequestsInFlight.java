package verdicts;

import java.util.concurrent.CountDownLatch;

/** Forty requests are being served, each with what it needs. In good health. */
final class RequestsInFlight {
    private RequestsInFlight() {}

    static void serve(CountDownLatch serving) {
        byte[][] page = new byte[20][];
        for (int part = 0; part < page.length; part++) page[part] = new byte[20_000];
        serving.countDown();
        Run.sleepForever();
        System.out.println(page.length);
    }

    static void run() throws Exception {
        CountDownLatch serving = new CountDownLatch(40);
        for (int at = 0; at < 40; at++) Run.start("http-nio-8080-exec-" + at, () -> serve(serving));
        Run.await(serving);
    }
}
