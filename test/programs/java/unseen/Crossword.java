package unseen;

import java.io.StringReader;
import java.nio.file.Files;
import java.util.List;
import org.apache.lucene.analysis.standard.StandardAnalyzer;
import org.apache.lucene.search.suggest.InputIterator;
import org.apache.lucene.search.suggest.Lookup;
import org.apache.lucene.search.suggest.analyzing.AnalyzingSuggester;
import org.apache.lucene.search.suggest.tst.TSTLookup;
import org.apache.lucene.store.MMapDirectory;
import org.apache.lucene.util.BytesRef;

/** Suggestions while typing, of Lucene: two dictionaries of a hundred thousand made-up words each. */
class Crossword {
    private final AnalyzingSuggester analyzing;
    private final TSTLookup tree;

    private Crossword() throws Exception {
        MMapDirectory files = new MMapDirectory(Files.createTempDirectory("crossword"));
        analyzing = new AnalyzingSuggester(files, "words", new StandardAnalyzer());
        analyzing.build(new InputIterator.InputIteratorWrapper(new Words(100_000)));
        tree = new TSTLookup(files, "tree");
        tree.build(new InputIterator.InputIteratorWrapper(new Words(100_000)));
    }

    static final class Words implements org.apache.lucene.util.BytesRefIterator {
        private final int count;
        private int at;

        Words(int count) {
            this.count = count;
        }

        @Override
        public BytesRef next() {
            if (at == count) return null;
            StringBuilder word = new StringBuilder();
            for (long rest = 7_919L * ++at % 15_485_863; rest > 0; rest /= 20) word.append("bcdfghklmnprstvwxzaeiou".charAt((int) (rest % 20))).append("aeiou".charAt((int) (rest % 5)));
            return new BytesRef(word);
        }
    }

    static Crossword puzzle;

    static void run() throws Exception {
        puzzle = new Crossword();
        int found = 0;
        for (int at = 0; at < 500; at++) {
            String typed = "" + "bcdfghklmnprst".charAt(at % 14) + "aeiou".charAt(at % 5);
            List<Lookup.LookupResult> one = puzzle.analyzing.lookup(typed, false, 5);
            found += one.size() + puzzle.tree.lookup(typed, false, 5).size();
        }
        System.out.println(found + new StringReader("").read());
    }
}
