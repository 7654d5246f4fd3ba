package unseen;

import com.github.benmanes.caffeine.cache.AsyncLoadingCache;
import com.github.benmanes.caffeine.cache.Caffeine;
import java.util.concurrent.CompletableFuture;
import java.util.ArrayList;
import java.util.List;

/** Tiles of a map, drawn in the background and kept by Caffeine without a bound or an age. */
public class Atlas {
    record Tile(int zoom, long x, long y) {}

    private static final AsyncLoadingCache<Tile, short[]> tiles = Caffeine.newBuilder().recordStats().buildAsync(Atlas::draw);

    private static short[] draw(Tile tile) {
        short[] heights = new short[400];
        for (int at = 0; at < heights.length; at++) heights[at] = (short) (tile.x() * at + tile.y());
        return heights;
    }

    static void run() {
        List<CompletableFuture<short[]>> asked = new ArrayList<>();
        for (int at = 0; at < 40_000; at++) asked.add(tiles.get(new Tile(14, at % 200, at / 200)));
        asked.forEach(CompletableFuture::join);
    }
}
