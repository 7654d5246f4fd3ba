package fresh;

import java.io.Reader;
import org.json.JSONArray;
import org.json.JSONTokener;

/** The takings of all shops arrive as one array of JSON. What is wanted is a sum; what is made first is a tree of all of it. */
public class Takings {
    private long cents;

    void add(Reader message) {
        JSONArray receipts = new JSONArray(new JSONTokener(message)); // wanted
        for (int at = 0; at < receipts.length(); at++) cents += receipts.getJSONObject(at).getLong("cents");
    }

    static final Takings today = new Takings();

    static void run() {
        today.add(Load.file(2_000_000, at -> (at == 0 ? "[" : "") + "{\"shop\": " + at % 80 + ", \"cents\": " + at % 5_000 + ", \"clerk\": \"clerk " + at % 300 + "\"}" + (at == 1_999_999 ? "]" : ",")));
    }
}
