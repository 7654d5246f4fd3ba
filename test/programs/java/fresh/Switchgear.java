package fresh;

import java.util.Map;
import java.util.TreeMap;
import org.HdrHistogram.Histogram;
import org.HdrHistogram.Recorder;

/** How long each of a hundred and fifty commands of a switchgear takes, in recorders of HdrHistogram: their number and size are fixed. */
final class Switchgear {
    private final Map<String, Recorder> byCommand = new TreeMap<>();
    private final Map<String, Histogram> lastMinute = new TreeMap<>();

    static Switchgear gear;

    static void run() {
        gear = new Switchgear();
        for (int at = 0; at < 150; at++) gear.byCommand.put("command-" + at, new Recorder(1, 60_000_000, 2));
        for (int minute = 0; minute < 5; minute++) {
            for (int at = 0; at < 60_000; at++) gear.byCommand.get("command-" + at % 150).recordValue(1 + at * 97L % 4_000_000);
            gear.byCommand.forEach((command, recorder) -> gear.lastMinute.compute(command, (name, last) -> recorder.getIntervalHistogram(last)));
        }
    }
}
