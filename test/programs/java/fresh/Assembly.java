package fresh;

import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;

/** A line of one worker. A car asks the same line for its engine and waits for that, which can only be made when the car is done. */
public class Assembly {
    private final ExecutorService line = Executors.newFixedThreadPool(1, work -> {
        Thread worker = new Thread(work, "assembly-line");
        worker.setDaemon(true);
        return worker;
    });

    void order(String car, byte[] drawings) {
        line.execute(() -> build(car, drawings));
    }

    private void build(String car, byte[] drawings) {
        Future<String> engine = line.submit(() -> "engine of " + car);
        try {
            System.out.println(car + " with " + engine.get() + drawings.length); // wanted
        } catch (InterruptedException | ExecutionException failure) {
            throw new IllegalStateException(failure);
        }
    }

    static final Assembly works = new Assembly();

    static void run() throws Exception {
        for (int at = 0; at < 12_000; at++) works.order("car " + at, new byte[1_000]);
        Thread.sleep(300);
    }
}
