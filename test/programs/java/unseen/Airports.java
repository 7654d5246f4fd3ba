package unseen;

import com.hazelcast.config.Config;
import com.hazelcast.core.Hazelcast;
import com.hazelcast.core.HazelcastInstance;
import com.hazelcast.map.IMap;
import java.io.Serializable;

/** A Hazelcast member of one with the airports of the world, loaded at start and only read since. */
class Airports {
    record Airport(String code, String name, double latitude, double longitude, int[] runways) implements Serializable {}

    static void run() {
        System.setProperty("hazelcast.logging.type", "none");
        System.setProperty("hazelcast.phone.home.enabled", "false");
        Config config = new Config();
        config.getNetworkConfig().getJoin().getAutoDetectionConfig().setEnabled(false);
        config.getNetworkConfig().getJoin().getMulticastConfig().setEnabled(false);
        config.getJetConfig().setEnabled(false);
        HazelcastInstance member = Hazelcast.newHazelcastInstance(config);
        IMap<String, Airport> airports = member.getMap("airports");
        for (int at = 0; at < 25_000; at++) {
            String code = Integer.toString(at + 46_656, 36).toUpperCase();
            airports.set(code, new Airport(code, "Airport of town number " + at, at % 180 - 90, at % 360 - 180, new int[] {at % 36, 36 - at % 36, at}));
        }
        int runways = 0;
        for (int at = 0; at < 5_000; at++) runways += airports.get(Integer.toString(at * 5 % 25_000 + 46_656, 36).toUpperCase()).runways().length;
        if (runways != 15_000) throw new IllegalStateException();
    }
}
