package unseen;

import java.util.concurrent.CompletionStage;
import java.util.concurrent.TimeUnit;
import org.apache.pekko.actor.ActorSystem;
import org.apache.pekko.stream.OverflowStrategy;
import org.apache.pekko.stream.javadsl.Flow;
import org.apache.pekko.stream.javadsl.Sink;
import org.apache.pekko.stream.javadsl.Source;

/** Streams of Pekko that ran to their end, and the answer of the last one. */
class Ferries {
    private final ActorSystem system = ActorSystem.create("ferries");
    private final int[][] tides = new int[365][7_000];
    private volatile long[] waits = new long[0];

    private void simulate(int season) throws Exception {
        CompletionStage<java.util.List<Long>> day = Source.range(1, 20_000)
            .buffer(64, OverflowStrategy.backpressure())
            .via(Flow.of(Integer.class).map(car -> (long) car * season % 3_600))
            .grouped(10)
            .mapAsync(4, cars -> java.util.concurrent.CompletableFuture.supplyAsync(() -> cars))
            .mapConcat(cars -> cars)
            .runWith(Sink.seq(), system);
        waits = day.toCompletableFuture().get(30, TimeUnit.SECONDS).stream().mapToLong(Long::longValue).toArray();
    }

    static Ferries harbour;

    static void run() throws Exception {
        harbour = new Ferries();
        for (int season = 1; season <= 3; season++) harbour.simulate(season);
        harbour.system.log().info("waits of {} cars", harbour.waits.length);
    }
}
