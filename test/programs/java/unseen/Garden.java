package unseen;

import java.util.logging.Handler;
import java.util.logging.LogRecord;
import java.util.logging.Logger;

/** Each visitor's walk is to be logged into a file of its own: a handler is added to the logger, and stays. */
class Garden {
    private static final Logger LOG = Logger.getLogger("unseen.garden");

    static class WalkHandler extends Handler {
        private final StringBuilder walk = new StringBuilder(6_000);

        @Override
        public void publish(LogRecord record) {
            if (walk.length() < 5_000) walk.append(record.getMessage()).append('\n');
        }

        @Override
        public void flush() {}

        @Override
        public void close() {}
    }

    static void walk(int visitor) {
        LOG.addHandler(new WalkHandler());
        LOG.info("visitor " + visitor + " at the roses");
    }

    static void run() {
        LOG.setUseParentHandlers(false);
        for (int visitor = 0; visitor < 2_500; visitor++) walk(visitor);
    }
}
