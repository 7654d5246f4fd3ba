package verdicts;

import java.util.ArrayList;
import java.util.List;

/** Words of a spelling checker, in a list and a tree, read once. In good health. */
final class Dictionary {
    private Dictionary() {}

    static final class Trie {
        final Trie[] children = new Trie[26];
        boolean word;
    }

    static final class Speller {
        final Trie root = new Trie();
        final List<String> words = new ArrayList<>();

        void learn(String word) {
            words.add(word);
            Trie at = root;
            for (int letter = 0; letter < word.length(); letter++) {
                int index = word.charAt(letter) - 'a';
                if (at.children[index] == null) at.children[index] = new Trie();
                at = at.children[index];
            }
            at.word = true;
        }
    }

    static Speller speller;

    static void run() {
        speller = new Speller();
        long state = 7;
        for (int at = 0; at < 15_000; at++) {
            StringBuilder word = new StringBuilder();
            for (int letter = 0; letter < 7; letter++) {
                state = state * 6364136223846793005L + 1442695040888963407L;
                word.append((char) ('a' + Math.floorMod(state >>> 33, 26)));
            }
            speller.learn(word.toString());
        }
    }
}
