package fresh;

import io.prometheus.client.Counter;
import io.prometheus.client.Gauge;

/** Readings are counted for Prometheus, with the number of the customer as a label. */
public class Waterworks {
    private static final Counter READINGS = Counter.build("readings", "Readings of meters").labelNames("customer", "kind").register();
    private static final Gauge PRESSURE = Gauge.build("pressure", "Pressure by station").labelNames("station").register();

    static void read(int customer, double pressure) {
        READINGS.labels("customer-" + customer, customer % 3 == 0 ? "by hand" : "by radio").inc();
        PRESSURE.labels("station " + customer % 12).set(pressure);
    }

    static void run() {
        for (int customer = 0; customer < 40_000; customer++) read(customer, customer % 9);
    }
}
