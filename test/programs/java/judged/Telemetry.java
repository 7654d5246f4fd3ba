package judged;

import io.reactivex.rxjava3.subjects.ReplaySubject;

/** A subject of RxJava replays all that there ever was to whoever comes. */
final class Telemetry {
    private Telemetry() {}

    record Sample(long at, byte[] values) {}

    static final class Probe {
        private final ReplaySubject<Sample> samples = ReplaySubject.create();
    }

    static final Probe PROBE = new Probe();

    static void run() {
        for (long at = 0; at < 20_000; at++) PROBE.samples.onNext(new Sample(at, new byte[900]));
    }
}
