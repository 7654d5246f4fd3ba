package judged;

import java.util.concurrent.CountDownLatch;
import org.apache.pekko.actor.AbstractActor;
import org.apache.pekko.actor.ActorRef;
import org.apache.pekko.actor.ActorSystem;
import org.apache.pekko.actor.Props;

/** An actor of Pekko hangs in its first message, and its mailbox fills. */
final class Courier {
    private Courier() {}

    static final CountDownLatch THERE = new CountDownLatch(1);

    static final class Rider extends AbstractActor {
        @Override
        public Receive createReceive() {
            return receiveBuilder().match(byte[].class, this::deliver).build();
        }

        private void deliver(byte[] parcel) throws InterruptedException {
            THERE.countDown();
            new CountDownLatch(1).await(); // wanted
        }
    }

    static ActorSystem system;
    static ActorRef rider;

    static void run() throws Exception {
        system = ActorSystem.create("couriers");
        rider = system.actorOf(Props.create(Rider.class, Rider::new), "rider");
        for (int at = 0; at < 40_000; at++) rider.tell(new byte[400], ActorRef.noSender());
        Run.await(THERE);
    }
}
