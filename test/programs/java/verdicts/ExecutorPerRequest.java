package verdicts;

import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;

/** Every request makes an executor and does not shut it down. */
final class ExecutorPerRequest {
    private ExecutorPerRequest() {}

    static void handle(CountDownLatch done) {
        ExecutorService executor = Executors.newFixedThreadPool(2);
        executor.execute(done::countDown);
    }

    static void run() throws Exception {
        CountDownLatch done = new CountDownLatch(120);
        for (int at = 0; at < 120; at++) handle(done);
        Run.await(done);
    }
}
