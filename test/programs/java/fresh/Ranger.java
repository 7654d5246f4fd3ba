package fresh;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;

/** Four hundred sensors of a forest, each read by a task of its own every half minute; each keeps the last thousand values. */
public final class Ranger {
    private static final class Sensor {
        private final double[] humidity = new double[4_000];
        private int at;

        void read() {
            humidity[at++ % humidity.length] = Math.sin(at);
        }
    }

    private final ScheduledExecutorService clock = Executors.newScheduledThreadPool(3);
    private final List<Sensor> sensors = new ArrayList<>();

    static Ranger forest;

    static void run() throws Exception {
        forest = new Ranger();
        for (int at = 0; at < 400; at++) {
            Sensor sensor = new Sensor();
            forest.sensors.add(sensor);
            forest.clock.scheduleAtFixedRate(sensor::read, at, 30_000, TimeUnit.MILLISECONDS);
        }
        Thread.sleep(1_000);
    }
}
