package unseen;

import io.github.resilience4j.ratelimiter.RateLimiter;
import io.github.resilience4j.ratelimiter.RateLimiterConfig;
import io.github.resilience4j.ratelimiter.RateLimiterRegistry;
import java.time.Duration;

/** Each address that ever came gets a rate limiter of its own. */
class Tollgate {
    private final RateLimiterRegistry limiters = RateLimiterRegistry.of(RateLimiterConfig.custom()
        .limitForPeriod(20)
        .limitRefreshPeriod(Duration.ofSeconds(1))
        .timeoutDuration(Duration.ZERO)
        .build());

    boolean pass(String address) {
        RateLimiter limiter = limiters.rateLimiter(address);
        return limiter.acquirePermission();
    }

    static Tollgate gate = new Tollgate();

    static void run() {
        int passed = 0;
        for (int at = 0; at < 40_000; at++) if (gate.pass("10." + at / 65_536 + "." + at / 256 % 256 + "." + at % 256)) passed++;
        System.out.println(passed);
    }
}
