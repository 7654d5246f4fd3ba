package judged;

import org.apache.commons.collections4.MultiValuedMap;
import org.apache.commons.collections4.multimap.ArrayListValuedHashMap;

/** Coats of all evenings are noted by owner in a multimap of Commons Collections; it may be a record that is wanted. */
final class Wardrobe {
    private Wardrobe() {}

    record Coat(int evening, String hook) {}

    static final class Book {
        private final MultiValuedMap<String, Coat> byOwner = new ArrayListValuedHashMap<>();
    }

    static final Book BOOK = new Book();

    static void run() {
        for (int evening = 0; evening < 400; evening++)
            for (int guest = 0; guest < 300; guest++) BOOK.byOwner.put("guest " + guest * (1 + evening % 9), new Coat(evening, "hook " + guest));
    }
}
