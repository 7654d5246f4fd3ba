package fresh;

import org.apache.commons.configuration2.BaseConfiguration;
import org.apache.commons.configuration2.event.ConfigurationEvent;

/** Trains listen to the settings of the line (Commons Configuration) while they run on it, and still do when they are in the shed. */
public class Signals {
    static final class Train {
        final int number;
        final double[] timetable = new double[100];
        double speed;

        Train(int number, BaseConfiguration line) {
            this.number = number;
            line.addEventListener(ConfigurationEvent.SET_PROPERTY, event -> speed = line.getDouble("speed"));
        }
    }

    private final BaseConfiguration line = new BaseConfiguration();

    static final Signals north = new Signals();

    static void run() {
        north.line.setProperty("speed", 80);
        for (int number = 0; number < 12_000; number++) {
            Train train = new Train(number, north.line);
            train.timetable[number % 100] = number;
            if (number % 2_000 == 0) north.line.setProperty("speed", 80 + number % 7);
        }
    }
}
