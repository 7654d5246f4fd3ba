package judged;

import io.reactivex.rxjava3.disposables.CompositeDisposable;
import io.reactivex.rxjava3.disposables.Disposable;
import io.reactivex.rxjava3.observables.ConnectableObservable;
import io.reactivex.rxjava3.subjects.PublishSubject;

/** Readers of an RxJava stream come and go; its last five hundred items are replayed to newcomers. In good health. */
final class Ticker {
    private Ticker() {}

    static final PublishSubject<byte[]> SOURCE = PublishSubject.create();
    static final ConnectableObservable<byte[]> LATEST = SOURCE.replay(500);
    static final CompositeDisposable READERS = new CompositeDisposable();

    static void run() {
        LATEST.connect();
        for (int at = 0; at < 20_000; at++) {
            SOURCE.onNext(new byte[20_000]);
            if (at % 10 > 0) continue;
            long[] seen = new long[1];
            Disposable reader = LATEST.subscribe(item -> seen[0] += item.length);
            if (at % 1_000 == 0) READERS.add(reader);
            else reader.dispose();
        }
    }
}
