package unseen;

import com.google.inject.AbstractModule;
import com.google.inject.Guice;
import com.google.inject.Inject;
import com.google.inject.Injector;
import com.google.inject.Provides;
import com.google.inject.Singleton;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** Lessons are put together by Guice and forgotten after they were given; scores are singletons. */
class Conservatory {
    @Singleton
    static class Scores {
        private final Map<String, short[]> notesByTitle = new HashMap<>();

        Scores() {
            for (int at = 0; at < 1_800; at++) notesByTitle.put("Etude No. " + at, new short[5_000 + at % 600]);
        }

        short[] notes(String title) {
            return notesByTitle.get(title);
        }
    }

    static class Lesson {
        private final Scores scores;
        private final List<String> played = new ArrayList<>();

        @Inject
        Lesson(Scores scores) {
            this.scores = scores;
        }

        int give(int number) {
            played.add("Etude No. " + number % 1_800);
            return scores.notes(played.get(0)).length;
        }
    }

    static class House extends AbstractModule {
        @Provides
        Map<String, String> rooms() {
            return Map.of("piano", "101");
        }
    }

    static Injector injector;

    static void run() {
        injector = Guice.createInjector(new House());
        long notes = 0;
        for (int at = 0; at < 50_000; at++) notes += injector.getInstance(Lesson.class).give(at);
        System.out.println(notes);
    }
}
