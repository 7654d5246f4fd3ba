package judged;

import com.google.common.cache.CacheBuilder;
import com.google.common.cache.CacheLoader;
import com.google.common.cache.LoadingCache;

/** Pictures are kept in a Guava cache of 20 MB at most. In good health. */
final class Thumbnails {
    private Thumbnails() {}

    static final class Gallery {
        private final LoadingCache<Integer, byte[]> pictures = CacheBuilder.newBuilder()
            .maximumWeight(20_000_000)
            .weigher((Integer id, byte[] picture) -> picture.length)
            .recordStats()
            .build(CacheLoader.from(id -> new byte[3_000 + id % 1_000]));
    }

    static final Gallery GALLERY = new Gallery();

    static void run() {
        for (int at = 0; at < 40_000; at++) GALLERY.pictures.getUnchecked(at);
    }
}
