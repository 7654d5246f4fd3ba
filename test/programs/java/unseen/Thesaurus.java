package unseen;

import com.google.common.cache.CacheBuilder;
import com.google.common.cache.CacheLoader;
import com.google.common.cache.LoadingCache;
import java.util.ArrayList;
import java.util.List;

/** Answers to whatever people type, in a Guava cache without a limit. */
class Thesaurus {
    private final LoadingCache<String, List<String>> cache = CacheBuilder.newBuilder().concurrencyLevel(4).build(new CacheLoader<>() {
        @Override
        public List<String> load(String typed) {
            List<String> similar = new ArrayList<>();
            for (int at = 0; at < 8; at++) similar.add(typed + " or rather number " + at);
            return similar;
        }
    });

    static Thesaurus book = new Thesaurus();

    static void run() throws Exception {
        int words = 0;
        for (int at = 0; at < 25_000; at++) words += book.cache.get("how do you say " + at + " more politely").size();
        System.out.println(words);
    }
}
