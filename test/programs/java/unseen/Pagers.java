package unseen;

import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;

/** Every doctor on duty is paged each hour, also when the duty has ended, for nobody cancels. */
public class Pagers {
    private final ScheduledExecutorService clock = Executors.newSingleThreadScheduledExecutor(task -> {
        Thread thread = new Thread(task, "pager");
        thread.setDaemon(true);
        return thread;
    });

    private static class Duty implements Runnable {
        private final String doctor;
        private final long[] shifts = new long[120];
        private int pages;

        Duty(String doctor) {
            this.doctor = doctor;
        }

        @Override
        public void run() {
            shifts[pages++ % shifts.length] = doctor.length();
        }
    }

    void begin(String doctor) {
        clock.scheduleAtFixedRate(new Duty(doctor), 1, 1, TimeUnit.HOURS);
    }

    static Pagers hospital = new Pagers();

    static void run() {
        for (int at = 0; at < 20_000; at++) hospital.begin("Doctor " + at % 300);
    }
}
