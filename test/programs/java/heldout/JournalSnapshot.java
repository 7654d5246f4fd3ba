package heldout;

import java.util.ArrayDeque;
import java.util.Deque;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.locks.ReentrantLock;

/** The writer of a journal locks it and then the state; whoever makes a snapshot locks the state first. They met, and bookings pile up. */
public class JournalSnapshot {
    record Booking(int number, String account, byte[] document) {}

    private final BlockingQueue<Booking> bookings = new LinkedBlockingQueue<>();
    private final ReentrantLock journal = new ReentrantLock();
    private final ReentrantLock state = new ReentrantLock();
    private final Deque<Booking> recent = new ArrayDeque<>();
    private final CountDownLatch both = new CountDownLatch(2);

    private void write() {
        try {
            while (true) {
                Booking booking = bookings.take();
                journal.lock();
                meet();
                state.lock(); // wanted
                recent.add(booking);
                state.unlock();
                journal.unlock();
            }
        } catch (InterruptedException end) {
            Thread.currentThread().interrupt();
        }
    }

    private void snapshot() {
        state.lock();
        try {
            meet();
            journal.lock(); // wanted
            recent.clear();
            journal.unlock();
        } catch (InterruptedException end) {
            Thread.currentThread().interrupt();
        } finally {
            state.unlock();
        }
    }

    /** Each takes some time between its locks. */
    private void meet() throws InterruptedException {
        both.countDown();
        both.await();
    }

    static final JournalSnapshot ledger = new JournalSnapshot();

    static void run() throws Exception {
        for (Thread thread : new Thread[] {new Thread(ledger::write, "journal-writer"), new Thread(ledger::snapshot, "snapshot")}) {
            thread.setDaemon(true);
            thread.start();
        }
        for (int number = 0; number < 20_000; number++) ledger.bookings.put(new Booking(number, "account " + number % 90, new byte[500]));
        Thread.sleep(500);
    }
}
