package unseen;

import com.codahale.metrics.MetricRegistry;
import com.codahale.metrics.Timer;
import java.util.concurrent.TimeUnit;

/** How long each patient waits is measured in a timer with the patient's number in its name. */
class Clinic {
    private static final MetricRegistry METRICS = new MetricRegistry();

    private final Timer all = METRICS.timer("waiting.all");

    void seen(long patient, long minutes) {
        all.update(minutes, TimeUnit.MINUTES);
        METRICS.timer(MetricRegistry.name("waiting", "patient", Long.toString(patient))).update(minutes, TimeUnit.MINUTES);
    }

    static void run() {
        Clinic clinic = new Clinic();
        for (long patient = 40_000; patient < 53_000; patient++) for (int visit = 0; visit < 4; visit++) clinic.seen(patient, patient % 90 + visit);
    }
}
