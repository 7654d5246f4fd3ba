package verdicts;

import java.util.concurrent.CompletableFuture;

/** Everybody who asks is chained to a future that nobody completes. */
final class DependentsOfAFuture {
    private DependentsOfAFuture() {}

    static final class Startup {
        private final CompletableFuture<String> ready = new CompletableFuture<>();

        void whenReady(byte[] state) {
            ready.thenAccept(value -> System.out.println(value + state.length));
        }
    }

    static Startup startup;

    static void run() {
        startup = new Startup();
        for (int at = 0; at < 40_000; at++) startup.whenReady(new byte[400]);
    }
}
