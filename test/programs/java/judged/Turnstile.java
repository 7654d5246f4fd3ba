package judged;

import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;

/** Every visitor is a tag of its own in Micrometer. */
final class Turnstile {
    private Turnstile() {}

    static final class Gate {
        private final SimpleMeterRegistry numbers = new SimpleMeterRegistry();

        void pass(String visitor) {
            Counter.builder("passed").tag("visitor", visitor).register(numbers).increment();
        }
    }

    static final Gate GATE = new Gate();

    static void run() {
        for (int at = 0; at < 20_000; at++) GATE.pass("visitor " + Long.toString(at * 7_919L, 36));
    }
}
