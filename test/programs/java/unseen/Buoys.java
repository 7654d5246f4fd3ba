package unseen;

import io.prometheus.metrics.core.metrics.Counter;
import io.prometheus.metrics.core.metrics.Gauge;
import io.prometheus.metrics.core.metrics.Histogram;
import io.prometheus.metrics.model.registry.PrometheusRegistry;

/** Metrics of Prometheus about three hundred buoys: many observations, few series. */
class Buoys {
    private static final PrometheusRegistry REGISTRY = new PrometheusRegistry();
    private static final Gauge HEIGHT = Gauge.builder().name("wave_height").labelNames("buoy").register(REGISTRY);
    private static final Counter CALLS = Counter.builder().name("calls").labelNames("buoy", "kind").register(REGISTRY);
    private static final Histogram DELAY = Histogram.builder().name("delay").labelNames("buoy").register(REGISTRY);
    private static final float[] HISTORY = new float[300 * 24 * 60 * 7];

    static void run() {
        for (int minute = 0; minute < 1_500; minute++) {
            for (int buoy = 0; buoy < 300; buoy++) {
                String name = "buoy-" + buoy;
                HEIGHT.labelValues(name).set(minute % 7);
                DELAY.labelValues(name).observe((minute * 31 + buoy) % 400 / 100.0);
                CALLS.labelValues(name, minute % 3 == 0 ? "position" : "height").inc();
                HISTORY[(minute * 300 + buoy) % HISTORY.length] = minute % 7;
            }
        }
        System.out.println(REGISTRY.scrape().size());
    }
}
