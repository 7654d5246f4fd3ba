package unseen;

import java.lang.ref.Cleaner;

/** A locker frees its number when nobody has it any more. But the action that does so is a lambda that uses the locker. */
public class Lockers {
    private static final Cleaner CLEANER = Cleaner.create();
    private static int freed;

    static class Locker {
        final byte[] contents = new byte[1_500];
        final int number;

        Locker(int number) {
            this.number = number;
            CLEANER.register(this, () -> free());
        }

        private void free() {
            freed += contents.length > 0 ? number : 0;
        }
    }

    static void run() {
        for (int number = 0; number < 15_000; number++) new Locker(number);
        System.out.println(freed);
    }
}
