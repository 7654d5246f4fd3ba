package judged;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import org.apache.pekko.actor.AbstractActor;
import org.apache.pekko.actor.ActorRef;
import org.apache.pekko.actor.ActorSystem;
import org.apache.pekko.actor.Props;

/** Three thousand accounts as actors of Pekko, which have handled all that was sent to them. In good health. */
final class Bank {
    private Bank() {}

    static final CountDownLatch BOOKED = new CountDownLatch(60_000);

    static final class Account extends AbstractActor {
        private final byte[] statement = new byte[4_000];
        private long cents;

        @Override
        public Receive createReceive() {
            return receiveBuilder().match(Long.class, amount -> {
                cents += amount;
                statement[(int) (cents % statement.length)]++;
                BOOKED.countDown();
            }).build();
        }
    }

    static ActorSystem system;
    static final List<ActorRef> ACCOUNTS = new ArrayList<>();

    static void run() throws Exception {
        system = ActorSystem.create("bank");
        for (int at = 0; at < 3_000; at++) ACCOUNTS.add(system.actorOf(Props.create(Account.class, Account::new), "account-" + at));
        for (long at = 0; at < 60_000; at++) ACCOUNTS.get((int) (at % 3_000)).tell(at, ActorRef.noSender());
        Run.await(BOOKED);
    }
}
