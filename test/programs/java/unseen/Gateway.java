package unseen;

import io.github.resilience4j.circuitbreaker.CallNotPermittedException;
import io.github.resilience4j.circuitbreaker.CircuitBreaker;
import io.github.resilience4j.circuitbreaker.CircuitBreakerConfig;
import io.github.resilience4j.circuitbreaker.CircuitBreakerRegistry;
import java.time.Duration;

/** Two hundred backends behind circuit breakers with windows of 2000 calls, some of them open. */
public class Gateway {
    private final CircuitBreakerRegistry breakers = CircuitBreakerRegistry.of(CircuitBreakerConfig.custom()
        .slidingWindowSize(2_000)
        .minimumNumberOfCalls(100)
        .waitDurationInOpenState(Duration.ofSeconds(2))
        .build());
    private int refused;

    private int call(int backend, int at) throws Exception {
        CircuitBreaker breaker = breakers.circuitBreaker("backend-" + backend);
        try {
            return breaker.executeCallable(() -> {
                if (backend % 20 == 0 && at % 3 > 0) throw new java.io.IOException("connection refused");
                return at;
            });
        } catch (CallNotPermittedException open) {
            return ++refused;
        } catch (java.io.IOException failed) {
            return -1;
        }
    }

    static Gateway gateway = new Gateway();

    static void run() throws Exception {
        for (int at = 0; at < 400_000; at++) gateway.call(at % 200, at);
        System.out.println(gateway.refused);
    }
}
