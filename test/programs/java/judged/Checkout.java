package judged;

import com.google.common.util.concurrent.MoreExecutors;
import com.google.common.util.concurrent.SettableFuture;

/** Every customer waits for a SettableFuture of Guava that nobody will set. */
final class Checkout {
    private Checkout() {}

    static final class Till {
        private final SettableFuture<String> rates = SettableFuture.create();

        void serve(int customer) {
            byte[] basket = new byte[800];
            rates.addListener(() -> basket[0] = (byte) customer, MoreExecutors.directExecutor());
        }
    }

    static final Till TILL = new Till();

    static void run() {
        for (int at = 0; at < 20_000; at++) TILL.serve(at);
    }
}
