package unseen;

import clojure.java.api.Clojure;
import clojure.lang.Atom;
import clojure.lang.IFn;
import clojure.lang.PersistentHashMap;
import clojure.lang.PersistentVector;

/** A chronicle in the manner of Clojure: one atom, to whose vector every event is conjoined. */
public class Chronicle {
    private static final Atom EVENTS = new Atom(PersistentVector.EMPTY);

    static void run() {
        IFn conj = Clojure.var("clojure.core", "conj");
        for (int year = 0; year < 60_000; year++) EVENTS.swap(conj, PersistentHashMap.create("year", year, "event", "In the year " + year + " it rained"));
    }
}
