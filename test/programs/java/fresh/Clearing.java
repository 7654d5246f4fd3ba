package fresh;

import java.util.concurrent.CountDownLatch;
import org.springframework.scheduling.concurrent.ThreadPoolTaskExecutor;

/** Transfers between accounts lock one and then the other. Two workers have done so in opposite order, and the rest of the day waits behind them. */
public class Clearing {
    static final class Account {
        final String owner;
        long cents;

        Account(String owner) {
            this.owner = owner;
        }
    }

    private final ThreadPoolTaskExecutor desk = new ThreadPoolTaskExecutor();
    private final CountDownLatch both = new CountDownLatch(2);

    private Clearing() {
        desk.setCorePoolSize(2);
        desk.setThreadNamePrefix("desk-");
        desk.setDaemon(true);
        desk.initialize();
    }

    void transfer(Account from, Account to, long cents, char[] note) {
        desk.execute(() -> {
            synchronized (from) {
                checked(note);
                synchronized (to) { // wanted
                    from.cents -= cents; // wanted
                    to.cents += cents;
                }
            }
        });
    }

    private void checked(char[] note) {
        note[0] = '+';
        both.countDown();
        try {
            both.await();
        } catch (InterruptedException end) {
            Thread.currentThread().interrupt();
        }
    }

    static final Clearing house = new Clearing();

    static void run() throws Exception {
        Account[] accounts = {new Account("Ada"), new Account("Bob")};
        for (int at = 0; at < 16_000; at++) house.transfer(accounts[at % 2], accounts[1 - at % 2], at, new char[300]);
        Thread.sleep(500);
    }
}
