package judged;

import java.util.concurrent.CompletableFuture;

/** Every sale waits for itself or for the end of the day, which does not come, and so remembers each of them. */
final class Kiosk {
    private Kiosk() {}

    private final CompletableFuture<Void> evening = new CompletableFuture<>();

    void sell(int number) {
        CompletableFuture<byte[]> paper = CompletableFuture.completedFuture(new byte[700]);
        evening.thenRun(() -> paper.join()[0] = (byte) number);
    }

    static final Kiosk CORNER = new Kiosk();

    static void run() {
        for (int at = 0; at < 25_000; at++) CORNER.sell(at);
    }
}
