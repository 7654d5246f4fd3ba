package judged;

import com.fasterxml.jackson.databind.ObjectMapper;
import java.util.ArrayList;
import java.util.List;

/** Every tenant that was ever seen has an ObjectMapper of its own in a list; it may be meant so. */
final class Templates {
    private Templates() {}

    public static final class Letter {
        public String to;
        public int pages;
    }

    static final class Office {
        private final List<ObjectMapper> desks = new ArrayList<>();
    }

    static final Office OFFICE = new Office();

    static void run() throws Exception {
        for (int at = 0; at < 900; at++) {
            ObjectMapper mapper = new ObjectMapper();
            OFFICE.desks.add(mapper);
            mapper.readValue(mapper.writeValueAsString(new Letter()), Letter.class);
        }
    }
}
