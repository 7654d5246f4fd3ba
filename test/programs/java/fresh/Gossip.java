package fresh;

import java.util.concurrent.Flow;
import java.util.concurrent.SubmissionPublisher;

/** Whoever comes to the market subscribes to its gossip, with the publisher of the JDK, and nobody cancels when he goes home. */
public class Gossip {
    static final class Neighbour implements Flow.Subscriber<String> {
        private final char[] remembers = new char[600];
        private Flow.Subscription subscription;

        @Override
        public void onSubscribe(Flow.Subscription given) {
            subscription = given;
            subscription.request(Long.MAX_VALUE);
        }

        @Override
        public void onNext(String story) {
            remembers[story.length() % 600]++;
        }

        @Override
        public void onError(Throwable problem) {}

        @Override
        public void onComplete() {}
    }

    private final SubmissionPublisher<String> market = new SubmissionPublisher<>(Runnable::run, 16);

    static final Gossip village = new Gossip();

    static void run() {
        for (int at = 0; at < 8_000; at++) {
            village.market.subscribe(new Neighbour());
            if (at % 1_000 == 0) village.market.submit("story " + at);
        }
    }
}
