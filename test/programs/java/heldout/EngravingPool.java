package heldout;

import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import stormpot.Allocator;
import stormpot.Pool;
import stormpot.Poolable;
import stormpot.Slot;
import stormpot.Timeout;

/** Engraving machines are dear: Stormpot has sixteen of them, with their plates, and forty jobs at a time wait for one. */
public class EngravingPool implements Allocator<EngravingPool.Machine> {
    static final class Machine implements Poolable {
        private final Slot slot;
        private final byte[] plate = new byte[1_500_000];

        Machine(Slot slot) {
            this.slot = slot;
        }

        void engrave(String text) {
            byte[] letters = text.getBytes();
            System.arraycopy(letters, 0, plate, 0, letters.length);
        }

        @Override
        public void release() {
            slot.release(this);
        }
    }

    @Override
    public Machine allocate(Slot slot) {
        return new Machine(slot);
    }

    @Override
    public void deallocate(Machine machine) {}

    static Pool<Machine> machines;

    private static void job(int number) {
        try {
            Machine machine = machines.claim(new Timeout(10, TimeUnit.SECONDS));
            machine.engrave("In memory of job " + number);
            machine.release();
        } catch (InterruptedException end) {
            Thread.currentThread().interrupt();
        }
    }

    static void run() throws Exception {
        machines = Pool.from(new EngravingPool()).setSize(16).build();
        ExecutorService jobs = Executors.newFixedThreadPool(40);
        for (int at = 0; at < 20_000; at++) {
            int number = at;
            jobs.execute(() -> job(number));
        }
        jobs.shutdown();
        jobs.awaitTermination(30, TimeUnit.SECONDS);
    }
}
