package verdicts;

import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;

/** Two hundred threads of one pool, as a web server has. In good health. */
final class BusyPool {
    private BusyPool() {}

    static ExecutorService requests;

    static void run() throws Exception {
        requests = Executors.newFixedThreadPool(200);
        CountDownLatch started = new CountDownLatch(200);
        for (int at = 0; at < 200; at++) requests.execute(started::countDown);
        Run.await(started);
    }
}
