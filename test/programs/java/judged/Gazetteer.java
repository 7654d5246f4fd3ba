package judged;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/** The places of a country, loaded once at the start and looked up ever since. In good health. */
final class Gazetteer {
    private static final Gazetteer INSTANCE = new Gazetteer();

    record Place(int code, String name, double north, double east, String county) {}

    private final Map<Integer, Place> byCode = new HashMap<>(120_000);
    private final TreeMap<String, Place> byName = new TreeMap<>();
    private final Map<String, List<Place>> byCounty = new HashMap<>();

    private Gazetteer() {
        for (int at = 0; at < 70_000; at++) {
            Place place = new Place(at, "Place " + Integer.toString(at * 7_919, 36), at % 180, at % 90, "County " + at % 120);
            byCode.put(at, place);
            byName.put(place.name(), place);
            byCounty.computeIfAbsent(place.county(), county -> new ArrayList<>()).add(place);
        }
    }

    static void run() {
        int found = 0;
        for (int at = 0; at < 100_000; at++) if (INSTANCE.byCode.containsKey(at)) found++;
        if (found != INSTANCE.byName.size()) throw new IllegalStateException("places are missing");
    }
}
