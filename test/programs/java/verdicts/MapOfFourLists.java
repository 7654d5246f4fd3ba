package verdicts;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** One map holds four lists that all grow: one finding, not four. */
final class MapOfFourLists {
    private MapOfFourLists() {}

    static final class Archive {
        private final Map<String, List<byte[]>> messagesByChannel = new HashMap<>();

        void keep(String channel, byte[] message) {
            messagesByChannel.computeIfAbsent(channel, key -> new ArrayList<>()).add(message);
        }
    }

    static Archive archive;

    static void run() {
        archive = new Archive();
        String[] channels = {"mail", "chat", "sms", "push"};
        for (int at = 0; at < 80_000; at++) archive.keep(channels[at & 3], new byte[300]);
    }
}
