package fresh;

import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;

/** Each page has a thread-local of its own for the text as it is typed, which knows the page. The typists, six threads of a pool, keep all of them. */
public class Typists {
    static final class Text {
        final Page page;
        final StringBuilder letters = new StringBuilder(500);

        Text(Page page) {
            this.page = page;
        }
    }

    static final class Page {
        private final ThreadLocal<Text> text = ThreadLocal.withInitial(() -> new Text(this));

        void type(String words) {
            text.get().letters.append(words);
        }
    }

    private final ExecutorService typists = Executors.newFixedThreadPool(6);

    static final Typists office = new Typists();

    static void run() throws Exception {
        for (int at = 0; at < 30_000; at++) {
            String words = "page " + at;
            office.typists.execute(() -> new Page().type(words));
        }
        Thread.sleep(300);
        while (!office.typists.submit(() -> true).get(1, TimeUnit.MINUTES)) Thread.sleep(10);
    }
}
