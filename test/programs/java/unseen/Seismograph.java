package unseen;

import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;

/** Sixty stations, each with a ring of its latest samples; a handful of periodic tasks read and smooth them. */
final class Seismograph {
    private static final class Ring {
        private final double[] samples = new double[60_000];
        private int next;

        synchronized void add(double sample) {
            samples[next] = sample;
            next = (next + 1) % samples.length;
        }

        synchronized double mean() {
            double sum = 0;
            for (double sample : samples) sum += sample;
            return sum / samples.length;
        }
    }

    private final Ring[] stations = new Ring[60];
    private final ScheduledExecutorService clock = Executors.newScheduledThreadPool(2, task -> {
        Thread thread = new Thread(task, "clock");
        thread.setDaemon(true);
        return thread;
    });

    private Seismograph() {
        for (int at = 0; at < stations.length; at++) {
            Ring ring = stations[at] = new Ring();
            int phase = at;
            clock.scheduleAtFixedRate(() -> {
                for (int sample = 0; sample < 500; sample++) ring.add(Math.sin(phase + sample / 10.0));
            }, at, 5, TimeUnit.MILLISECONDS);
        }
        clock.scheduleWithFixedDelay(() -> stations[0].mean(), 1, 1, TimeUnit.SECONDS);
    }

    static void run() throws Exception {
        new Seismograph();
        Thread.sleep(2_000);
    }
}
