package heldout;

import java.util.SortedMap;
import org.apache.commons.collections4.trie.PatriciaTrie;

/** What a form suggests while somebody types a street: all streets of the country in a Patricia trie, read at start. */
public class StreetIndex {
    record Street(String name, String town, int[] houseNumbers) {}

    private static final String[] KINDS = {"street", "lane", "road", "square", "alley", "avenue"};

    private final PatriciaTrie<Street> byName = new PatriciaTrie<>();

    StreetIndex(int streets) {
        for (int at = 0; at < streets; at++) {
            String name = Integer.toString(at * 7919, 36) + " " + KINDS[at % KINDS.length];
            byName.put(name, new Street(name, "town " + at % 900, new int[20]));
        }
    }

    int suggest(String typed) {
        SortedMap<String, Street> found = byName.prefixMap(typed);
        return Math.min(found.size(), 10);
    }

    static StreetIndex index;

    static void run() {
        index = new StreetIndex(60_000);
        int shown = 0;
        for (int at = 0; at < 2_000; at++) shown += index.suggest(Integer.toString(at, 36));
        System.out.println(shown);
    }
}
