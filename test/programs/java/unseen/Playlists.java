package unseen;

import java.util.UUID;
import org.infinispan.Cache;
import org.infinispan.configuration.cache.ConfigurationBuilder;
import org.infinispan.configuration.global.GlobalConfigurationBuilder;
import org.infinispan.eviction.EvictionStrategy;
import org.infinispan.manager.DefaultCacheManager;

/** Playlists by listener in an Infinispan cache that evicts beyond 2500 of them. */
class Playlists {
    private final Cache<String, int[]> cache;

    Playlists() {
        DefaultCacheManager manager = new DefaultCacheManager(new GlobalConfigurationBuilder().build());
        ConfigurationBuilder bounded = new ConfigurationBuilder();
        bounded.memory().maxCount(2_500).whenFull(EvictionStrategy.REMOVE);
        manager.defineConfiguration("playlists", bounded.build());
        cache = manager.getCache("playlists");
    }

    int[] of(String listener) {
        return cache.computeIfAbsent(listener, name -> new UUID(name.hashCode(), 1).toString().chars().flatMap(c -> java.util.stream.IntStream.range(c, c + 60)).toArray());
    }

    static void run() {
        java.util.logging.LogManager.getLogManager().reset();
        Playlists playlists = new Playlists();
        Thread.currentThread().setName("listening");
        long songs = 0;
        for (int at = 0; at < 40_000; at++) songs += playlists.of("listener-" + at * 31 % 9_000).length;
        System.out.println(songs);
    }
}
