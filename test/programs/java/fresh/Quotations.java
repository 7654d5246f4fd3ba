package fresh;

import java.time.Duration;
import java.util.List;
import reactor.core.publisher.Flux;

/** Quotations of a stock exchange arrive as a stream of Reactor, and somebody wanted a list. */
public final class Quotations {
    record Quotation(int paper, long nanos, double bid, double ask) {}

    private Flux<Quotation> ofToday() {
        return Flux.range(0, 50_000_000).map(at -> new Quotation(at % 900, at * 1_000L, at % 77, at % 78)).filter(quotation -> quotation.bid() <= quotation.ask());
    }

    double mean() {
        List<Quotation> all = ofToday().collectList().block(Duration.ofMinutes(2)); // wanted
        return all.stream().mapToDouble(Quotation::bid).average().orElse(0);
    }

    static void run() {
        System.out.println(new Quotations().mean());
    }
}
