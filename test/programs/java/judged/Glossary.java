package judged;

import com.google.common.cache.CacheBuilder;
import com.google.common.cache.CacheLoader;
import com.google.common.cache.LoadingCache;

/** Meanings of whatever people type in stay in a Guava cache without a bound. */
final class Glossary {
    private Glossary() {}

    static final class Translator {
        private final LoadingCache<String, String> meanings =
            CacheBuilder.newBuilder().build(CacheLoader.from(text -> ("Meaning of " + text + ". ").repeat(40)));
    }

    static final Translator TRANSLATOR = new Translator();

    static void run() {
        for (int at = 0; at < 15_000; at++) TRANSLATOR.meanings.getUnchecked("phrase " + at * 31L);
    }
}
