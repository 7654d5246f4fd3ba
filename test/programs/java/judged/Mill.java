package judged;

import java.util.concurrent.LinkedBlockingQueue;

/** The threads that ground the grain ended with an error, and the farmers do not know. */
final class Mill {
    private Mill() {}

    record Sack(int farmer, byte[] grain) {}

    static final class Yard {
        private final LinkedBlockingQueue<Sack> x = new LinkedBlockingQueue<>();

        void grind() {
            try {
                for (int at = 0; at < 50; at++) x.take();
            } catch (InterruptedException interrupted) {
                Thread.currentThread().interrupt();
            }
        }
    }

    static final Yard YARD = new Yard();

    static void run() throws Exception {
        Thread stone = Run.start("stone", YARD::grind);
        for (int at = 0; at < 30_000; at++) YARD.x.add(new Sack(at % 60, new byte[480]));
        stone.join();
    }
}
