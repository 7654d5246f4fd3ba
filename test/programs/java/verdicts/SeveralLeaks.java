package verdicts;

import java.beans.PropertyChangeListener;
import java.beans.PropertyChangeSupport;
import java.io.File;
import java.io.IOException;
import java.io.ObjectOutputStream;
import java.io.OutputStream;
import java.io.Serializable;
import java.lang.ref.Cleaner;
import java.lang.ref.PhantomReference;
import java.lang.ref.ReferenceQueue;
import java.lang.ref.WeakReference;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.FutureTask;

/** One leak of each of several kinds, about a tenth of the heap each. */
final class SeveralLeaks {
    private SeveralLeaks() {}

    private static final int PART = 3_000_000;

    /** The action that should free a locker uses the locker. */
    static final class Lockers {
        static final Cleaner CLEANER = Cleaner.create();
        private int freed;
        private final byte[] contents = new byte[1_000];

        Lockers() {
            CLEANER.register(this, () -> freed += contents.length);
        }
    }

    /** Markers of temporary files that wait for the end of the program's one desk. */
    static final class Marker extends PhantomReference<Object> {
        static final Set<Marker> MARKERS = new HashSet<>();
        static final ReferenceQueue<Object> GONE = new ReferenceQueue<>();
        static final Object DESK = new Object();
        final byte[] path = new byte[400];

        Marker() {
            super(DESK, GONE);
            MARKERS.add(this);
        }
    }

    static void attach(int file) {
        new File("/nowhere/attachment-" + file + "-with-a-name-as-long-as-those-that-customers-give-to-their-scans").deleteOnExit();
    }

    static final class Story implements Serializable {
        final byte[] text = new byte[500];
    }

    /** An object stream that is never reset. */
    static ObjectOutputStream stories;

    /** Questions by number, to which no answer comes. */
    static final Map<Long, CompletableFuture<byte[]>> QUESTIONS = new ConcurrentHashMap<>();

    /** What was asked, and is done. */
    static final List<FutureTask<byte[]>> ASKED = new ArrayList<>();

    /** Views, of which none is left. */
    static final List<WeakReference<Object>> VIEWS = new ArrayList<>();

    /** A bean to whose properties panels listen that are long closed. */
    static final PropertyChangeSupport THERMOSTAT = new PropertyChangeSupport(new Object());

    static PropertyChangeListener panel() {
        char[] text = new char[500];
        return event -> text[0] = '!';
    }

    /** What is known of each client, by its address. */
    static final class Quota {
        final long[] uses = new long[40];
    }

    static final Map<String, Quota> QUOTAS = new ConcurrentHashMap<>();

    static void run() throws IOException, InterruptedException {
        for (int at = 0; at < PART / 850; at++) new Lockers();
        for (int at = 0; at < PART / 500; at++) new Marker();
        for (int at = 0; at < PART / 400; at++) attach(at);
        stories = new ObjectOutputStream(OutputStream.nullOutputStream());
        for (int at = 0; at < PART / 330; at++) stories.writeObject(new Story());
        for (long at = 0; at < 10 * PART / 480; at++) {
            CompletableFuture<byte[]> answer = new CompletableFuture<>();
            answer.thenApply(bytes -> bytes.length);
            QUESTIONS.put(at, answer);
        }
        for (int at = 0; at < PART / 370; at++) {
            FutureTask<byte[]> task = new FutureTask<>(() -> new byte[500]);
            task.run();
            ASKED.add(task);
        }
        for (int at = 0; at < PART / 24; at++) VIEWS.add(new WeakReference<>(new Object()));
        for (int at = 0; at < PART / 650; at++) THERMOSTAT.addPropertyChangeListener("degrees", panel());
        for (int at = 0; at < PART / 280; at++) QUOTAS.put("10.1." + at / 256 + "." + at % 256, new Quota());
        // The collector has to find that the views are gone, and its thread to unlink their references.
        System.gc();
        Thread.sleep(200);
    }
}
