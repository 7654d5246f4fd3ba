package fresh;

import java.util.ArrayDeque;
import java.util.Deque;
import org.ahocorasick.trie.Emit;
import org.ahocorasick.trie.Trie;

/** Looks for twelve thousand forbidden phrases in what people write, with a trie of Aho and Corasick that is built once; the last hundred hits are shown. */
final class Moderator {
    private static final Trie FORBIDDEN = forbidden();
    private static final Deque<Emit> lastHits = new ArrayDeque<>();

    private static Trie forbidden() {
        Trie.TrieBuilder building = Trie.builder().ignoreOverlaps();
        for (int at = 0; at < 12_000; at++) building.addKeyword(Integer.toString(at * 7_919, 26) + "th phrase");
        return building.build();
    }

    static void read(String text) {
        for (Emit hit : FORBIDDEN.parseText(text)) {
            lastHits.addLast(hit);
            if (lastHits.size() > 100) lastHits.removeFirst();
        }
    }

    static void run() {
        for (int at = 0; at < 5_000; at++) read("somebody wrote " + Integer.toString(at * 7_919, 26) + "th phrase today");
    }
}
