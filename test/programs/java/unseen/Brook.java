package unseen;

import io.smallrye.mutiny.operators.multi.processors.UnicastProcessor;

/** A gauge emits into a processor of Mutiny. The page that should show it was taken away, so nobody ever subscribes. */
class Brook {
    private final UnicastProcessor<double[]> readings = UnicastProcessor.create();

    void measure(double level) {
        readings.onNext(new double[] {level, level * 2, System.nanoTime(), 0, 0, 0, 0, 0});
    }

    static Brook gauge;

    static void run() {
        gauge = new Brook();
        for (int at = 0; at < 250_000; at++) gauge.measure(at % 40);
    }
}
