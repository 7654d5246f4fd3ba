package judged;

import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import reactor.core.Disposable;
import reactor.core.Disposables;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Sinks;
import reactor.core.scheduler.Schedulers;

/** Exchange rates over Reactor, on its schedulers, with a replay of three hundred and readers that leave. In good health. */
final class Rates {
    private Rates() {}

    record Rate(String pair, double value, byte[] book) {}

    static final Sinks.Many<Rate> RATES = Sinks.many().replay().limit(300);
    static final Disposable.Composite READERS = Disposables.composite();

    static void run() throws Exception {
        CountDownLatch seen = new CountDownLatch(12 * 5_000);
        for (int at = 0; at < 12; at++)
            READERS.add(RATES.asFlux().publishOn(Schedulers.parallel(), 64).subscribe(rate -> seen.countDown()));
        for (int at = 0; at < 5_000; at++) {
            RATES.tryEmitNext(new Rate("EUR/" + at % 30, at, new byte[30_000]));
            Disposable reader = RATES.asFlux().subscribe(rate -> {});
            reader.dispose();
        }
        READERS.add(Flux.interval(Duration.ofMillis(20)).subscribe(tick -> RATES.tryEmitNext(new Rate("EUR/X", tick, new byte[30_000]))));
        Run.await(seen);
    }
}
