package heldout;

import com.coreoz.wisp.Scheduler;
import com.coreoz.wisp.schedule.Schedules;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

/** Three hundred valves are looked at on a schedule of Wisp; each keeps its last thousand flows in a ring. */
public class Irrigation {
    static final class Valve implements Runnable {
        private final double[] lastFlows = new double[1_000];
        private int next;

        @Override
        public void run() {
            lastFlows[next++ % lastFlows.length] = Math.sin(next);
        }
    }

    private final Scheduler scheduler = new Scheduler(8);
    private final List<Valve> valves = new ArrayList<>();

    void add(String name) {
        Valve valve = new Valve();
        valves.add(valve);
        scheduler.schedule(name, valve, Schedules.fixedDelaySchedule(Duration.ofMillis(250)));
    }

    static final Irrigation farm = new Irrigation();

    static void run() throws Exception {
        for (int at = 0; at < 300; at++) farm.add("valve " + at);
        Thread.sleep(3_000);
    }
}
