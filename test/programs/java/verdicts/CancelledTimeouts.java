package verdicts;

import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;

/** Timeouts are cancelled when the answer comes, and stay in the scheduler until their time. */
final class CancelledTimeouts {
    private CancelledTimeouts() {}

    static final class Client {
        private final ScheduledExecutorService timeouts = Executors.newScheduledThreadPool(1);

        void call(int number) {
            byte[] request = new byte[300];
            timeouts.schedule(() -> System.out.println(request.length + number), 1, TimeUnit.HOURS).cancel(false);
        }
    }

    static Client client;

    static void run() {
        client = new Client();
        for (int at = 0; at < 60_000; at++) client.call(at);
    }
}
