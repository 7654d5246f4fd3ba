package judged;

import org.springframework.context.ApplicationListener;
import org.springframework.context.PayloadApplicationEvent;
import org.springframework.context.support.GenericApplicationContext;

/** Every ship that asks for the weather adds a listener to the Spring context, and sails away. */
final class Lighthouse {
    private Lighthouse() {}

    static final class Ship implements ApplicationListener<PayloadApplicationEvent<String>> {
        private final byte[] chart = new byte[1_000];

        @Override
        public void onApplicationEvent(PayloadApplicationEvent<String> event) {
            chart[0]++;
        }
    }

    static GenericApplicationContext context;

    static void run() {
        context = new GenericApplicationContext();
        context.refresh();
        for (int at = 0; at < 6_000; at++) context.addApplicationListener(new Ship());
    }
}
