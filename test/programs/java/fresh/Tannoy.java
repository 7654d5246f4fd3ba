package fresh;

import io.reactivex.rxjava3.schedulers.Schedulers;
import io.reactivex.rxjava3.subjects.PublishSubject;
import io.reactivex.rxjava3.subjects.Subject;
import java.util.concurrent.Exchanger;

/** Announcements are spoken one after the other on a thread of RxJava's. The loudspeaker took the third and does not answer. */
public class Tannoy {
    record Announcement(int number, byte[] sound) {}

    private final Subject<Announcement> announcements = PublishSubject.create();
    private final Exchanger<Announcement> loudspeaker = new Exchanger<>();

    private Tannoy() {
        announcements.observeOn(Schedulers.single()).subscribe(this::speak);
    }

    private void speak(Announcement announcement) throws InterruptedException {
        if (announcement.number() < 2) return;
        loudspeaker.exchange(announcement); // wanted
    }

    static final Tannoy station = new Tannoy();

    static void run() throws Exception {
        for (int number = 0; number < 20_000; number++) station.announcements.onNext(new Announcement(number, new byte[700]));
        Thread.sleep(300);
    }
}
