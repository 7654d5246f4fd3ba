package unseen;

import io.github.bucket4j.Bandwidth;
import io.github.bucket4j.Bucket;
import java.time.Duration;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentMap;

/** Token buckets by the client's address. */
public enum Sluice {
    INSTANCE;

    private final ConcurrentMap<String, Bucket> bucketsByClientAddress = new ConcurrentHashMap<>();

    boolean tryConsume(String clientAddress) {
        return bucketsByClientAddress.computeIfAbsent(clientAddress, address -> Bucket.builder()
            .addLimit(Bandwidth.builder().capacity(10).refillGreedy(10, Duration.ofMinutes(1)).build())
            .addLimit(Bandwidth.builder().capacity(100).refillGreedy(100, Duration.ofHours(1)).build())
            .build()).tryConsume(1);
    }

    static void run() {
        for (int at = 0; at < 50_000; at++) INSTANCE.tryConsume("2001:db8::" + Integer.toHexString(at) + ":1");
    }
}
