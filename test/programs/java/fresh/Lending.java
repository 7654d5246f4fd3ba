package fresh;

import java.util.concurrent.ConcurrentMap;
import org.mapdb.DB;
import org.mapdb.DBMaker;
import org.mapdb.HTreeMap;
import org.mapdb.Serializer;

/** The books of a library in a MapDB that lives in memory: what was lent comes back, and what is there stays. */
public class Lending {
    private final DB store = DBMaker.heapDB().make();
    private final HTreeMap<Integer, String> books = store.hashMap("books", Serializer.INTEGER, Serializer.STRING).create();
    private final ConcurrentMap<Integer, Long> lent = store.treeMap("lent", Serializer.INTEGER, Serializer.LONG).create();

    static final Lending branch = new Lending();

    static void run() {
        for (int book = 0; book < 60_000; book++) branch.books.put(book, "The book number " + book + " of the great shelf " + book % 90);
        for (int day = 0; day < 40_000; day++) {
            branch.lent.put(day * 7 % 60_000, (long) day);
            if (day > 2_000) branch.lent.remove((day - 2_000) * 7 % 60_000);
        }
    }
}
