package judged;

import java.util.Map;
import java.util.WeakHashMap;

/** What is known of a person is to go with it, but knows the person itself. */
final class Portraits {
    private Portraits() {}

    static final class Person {
        private final byte[] papers = new byte[300];
    }

    record Portrait(byte[] picture, Person of) {}

    static final class Album {
        private final Map<Person, Portrait> pages = new WeakHashMap<>();

        void show(Person person) {
            pages.computeIfAbsent(person, sitter -> new Portrait(new byte[1_000], sitter));
        }
    }

    static final Album ALBUM = new Album();

    static void run() {
        for (int at = 0; at < 12_000; at++) ALBUM.show(new Person());
    }
}
