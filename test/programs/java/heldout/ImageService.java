package heldout;

import java.util.ArrayDeque;
import java.util.Deque;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;

/** Pictures are scaled on four threads. A poster was too big for the heap and failed its task; the service noted that and went on. */
public class ImageService {
    private final ExecutorService workers = Executors.newFixedThreadPool(4);
    private final Deque<Future<int[]>> lastJobs = new ArrayDeque<>();
    private int failures;

    void scale(int width, int height) throws InterruptedException {
        Future<int[]> job = workers.submit((Callable<int[]>) () -> scaled(width, height));
        try {
            job.get();
        } catch (ExecutionException failed) {
            failures++;
        }
        lastJobs.add(job);
        if (lastJobs.size() > 50) lastJobs.remove();
    }

    private static int[] scaled(int width, int height) {
        int[][] lines = new int[height][];
        for (int line = 0; line < height; line++) lines[line] = new int[width];
        int[] small = new int[width / 8 * (height / 8)];
        for (int at = 0; at < small.length; at++) small[at] = lines[at % height][at % width];
        return small;
    }

    static final ImageService service = new ImageService();

    static void run() throws Exception {
        for (int at = 0; at < 400; at++) service.scale(800 + at % 200, 600);
        service.scale(60_000, 40_000);
        for (int at = 0; at < 40; at++) service.scale(1_000, 700 + at % 100);
        System.out.println(service.failures + " failed");
    }
}
