package judged;

import org.ehcache.Cache;
import org.ehcache.CacheManager;
import org.ehcache.config.builders.CacheConfigurationBuilder;
import org.ehcache.config.builders.CacheManagerBuilder;
import org.ehcache.config.builders.ResourcePoolsBuilder;

/** Connections of trains in an Ehcache of six thousand entries at most. In good health. */
final class Timetable {
    private Timetable() {}

    static CacheManager caches;
    static Cache<Long, byte[]> connections;

    static void run() {
        caches = CacheManagerBuilder.newCacheManagerBuilder().build(true);
        connections = caches.createCache("connections",
            CacheConfigurationBuilder.newCacheConfigurationBuilder(Long.class, byte[].class, ResourcePoolsBuilder.heap(6_000)));
        for (long at = 0; at < 40_000; at++) connections.put(at, new byte[2_500]);
    }
}
