package judged;

import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;

/** Every boat wants to hear of the tide, and is still told when it is long at sea. */
final class Harbour {
    private Harbour() {}

    static final class Boat {
        private final byte[] log = new byte[2_400];
        private int tide;
    }

    private final List<Consumer<Integer>> ears = new ArrayList<>();

    void moor(Boat boat) {
        ears.add(height -> boat.tide = height + boat.log.length);
    }

    static final Harbour HOME = new Harbour();

    static void run() {
        for (int at = 0; at < 7_000; at++) HOME.moor(new Boat());
        for (Consumer<Integer> ear : HOME.ears) ear.accept(3);
    }
}
