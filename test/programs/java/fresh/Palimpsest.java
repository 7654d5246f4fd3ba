package fresh;

import io.vavr.collection.HashMap;
import io.vavr.collection.List;
import io.vavr.collection.Map;

/** The states of a manuscript as persistent maps of Vavr, every one of them in a list, so that scholars can go back. */
public final class Palimpsest {
    private Map<Integer, String> words = HashMap.empty();
    private List<Map<Integer, String>> states = List.empty();

    void write(int place, String word) {
        words = words.put(place, word);
        states = states.prepend(words);
    }

    static final Palimpsest page = new Palimpsest();

    static void run() {
        for (int at = 0; at < 40_000; at++) page.write(at * 31 % 900, "word " + at);
    }
}
