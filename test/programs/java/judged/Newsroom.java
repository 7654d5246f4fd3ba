package judged;

import io.reactivex.rxjava3.subjects.PublishSubject;

/** Every reader subscribes to a subject of RxJava, and none is disposed when it goes. */
final class Newsroom {
    private Newsroom() {}

    static final class Desk {
        private final PublishSubject<String> stories = PublishSubject.create();

        void read() {
            byte[] page = new byte[900];
            stories.subscribe(story -> page[0] = (byte) story.length());
        }
    }

    static final Desk DESK = new Desk();

    static void run() {
        for (int at = 0; at < 8_000; at++) DESK.read();
        DESK.stories.onNext("The harbour is open.");
    }
}
