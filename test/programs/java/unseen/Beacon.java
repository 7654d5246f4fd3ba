package unseen;

import org.greenrobot.eventbus.EventBus;
import org.greenrobot.eventbus.Logger;
import org.greenrobot.eventbus.Subscribe;

/** Screens subscribe to an event bus when they open, and do not unsubscribe when they close. */
public class Beacon {
    static final EventBus BUS = EventBus.builder().logNoSubscriberMessages(false).logger(new Logger.SystemOutLogger()).build();

    public record Light(int seconds) {}

    public static class Screen {
        private final int[] pixels = new int[4_000];
        private int brightness;

        @Subscribe
        public void onLight(Light light) {
            brightness = pixels.length + light.seconds();
        }
    }

    private static void open() {
        Screen screen = new Screen();
        BUS.register(screen);
        BUS.post(new Light(3));
    }

    static void run() {
        for (int at = 0; at < 1_500; at++) open();
    }
}
