package verdicts;

import java.util.HashMap;
import java.util.Map;

/** Cities are loaded when the program starts and looked up ever after. In good health. */
final class ReferenceData {
    private ReferenceData() {}

    static final class City {
        final String name;
        final double latitude;
        final double longitude;

        City(String name, double latitude, double longitude) {
            this.name = name;
            this.latitude = latitude;
            this.longitude = longitude;
        }
    }

    static final class Cities {
        private static final Map<String, City> BY_NAME = load();

        private static Map<String, City> load() {
            Map<String, City> cities = new HashMap<>();
            for (int at = 0; at < 60_000; at++) {
                String name = "City of " + Integer.toString(at, 36);
                cities.put(name, new City(name, at % 180 - 90, at % 360 - 180));
            }
            return cities;
        }
    }

    static void run() {
        Cities.BY_NAME.get("x");
    }
}
