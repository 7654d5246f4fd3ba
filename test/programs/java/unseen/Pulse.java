package unseen;

import java.util.Date;
import org.jfree.data.time.Millisecond;
import org.jfree.data.time.TimeSeries;
import org.jfree.data.time.TimeSeriesCollection;

/** A chart of a heart rate that has run for days. Nobody told the series how many items to keep. */
class Pulse {
    private final TimeSeries heart = new TimeSeries("heart");
    private final TimeSeriesCollection chart = new TimeSeriesCollection(heart);

    void beat(long at, double rate) {
        heart.add(new Millisecond(new Date(at)), rate, false);
    }

    static Pulse monitor;

    static void run() {
        monitor = new Pulse();
        for (int at = 0; at < 120_000; at++) monitor.beat(1_700_000_000_000L + at * 800L, 60 + at % 17);
        System.out.println(monitor.chart.getSeriesCount());
    }
}
