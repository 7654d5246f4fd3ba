package verdicts;

import java.beans.PropertyChangeSupport;
import java.io.File;
import java.io.IOException;
import java.io.ObjectOutputStream;
import java.io.OutputStream;
import java.lang.ref.Cleaner;
import java.lang.ref.PhantomReference;
import java.lang.ref.ReferenceQueue;
import java.lang.ref.WeakReference;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;

/** What {@link SeveralLeaks} does, done well, and sessions that are thrown out in time. In good health. */
final class HealthyTwins {
    private HealthyTwins() {}

    /** A quarter of an hour after its last request a session goes. */
    static final class Session {
        final Instant lastAccessedTime = Instant.now();
        final Duration maxInactiveInterval = Duration.ofMinutes(15);
        final byte[] basket = new byte[3_000];
    }

    static final Map<String, Session> SESSIONS = new ConcurrentHashMap<>();

    /** The registry knows how long they live; tokens only when they were made. */
    static final class Tokens {
        static final long TIME_TO_LIVE_SECONDS = 600;
        final Map<UUID, Token> byId = new HashMap<>();

        static final class Token {
            final long issuedAt = System.currentTimeMillis();
            final byte[] claims = new byte[2_000];
        }
    }

    static final Tokens TOKENS = new Tokens();

    /** The action has what it frees and nothing of the locker. */
    static final class Locker {
        static final Cleaner CLEANER = Cleaner.create();

        Locker() {
            byte[] contents = new byte[1_000];
            CLEANER.register(this, action(contents));
        }

        static Runnable action(byte[] contents) {
            return () -> contents[0] = 0;
        }
    }

    static final List<Locker> OPEN = new ArrayList<>();

    /** Each waits for an object of its own. */
    static final class Marker extends PhantomReference<Object> {
        static final ReferenceQueue<Object> GONE = new ReferenceQueue<>();
        final byte[] path = new byte[400];

        Marker(Object owner) {
            super(owner, GONE);
        }
    }

    static final Map<Object, Marker> MARKERS = new HashMap<>();

    /** Answers that are there: a cache of futures, as they are made. */
    static final Map<Integer, CompletableFuture<byte[]>> PAGES = new ConcurrentHashMap<>();

    /** Views that are open; somebody else has them. */
    static final List<Object> VIEWS = new ArrayList<>();
    static final List<WeakReference<Object>> KNOWN_VIEWS = new ArrayList<>();

    static ObjectOutputStream stories;
    static final PropertyChangeSupport THERMOSTAT = new PropertyChangeSupport(new Object());

    static void run() throws IOException {
        for (int at = 0; at < 1_500; at++) SESSIONS.put("session-" + at, new Session());
        for (int at = 0; at < 1_500; at++) TOKENS.byId.put(UUID.randomUUID(), new Tokens.Token());
        for (int at = 0; at < 1_200; at++) OPEN.add(new Locker());
        for (int at = 0; at < 1_500; at++) {
            Object owner = new Object();
            MARKERS.put(owner, new Marker(owner));
        }
        for (int at = 0; at < 300; at++) new File("/nowhere/" + at).deleteOnExit();
        for (int at = 0; at < 2_000; at++) PAGES.put(at, CompletableFuture.completedFuture(new byte[500]));
        for (int at = 0; at < 3_000; at++) {
            VIEWS.add(new byte[100]);
            KNOWN_VIEWS.add(new WeakReference<>(VIEWS.get(at)));
        }
        stories = new ObjectOutputStream(OutputStream.nullOutputStream());
        for (int at = 0; at < 9_000; at++) {
            stories.writeObject(new byte[500]);
            if (at % 100 == 0) stories.reset();
        }
        for (int at = 0; at < 40; at++) {
            char[] text = new char[50_000];
            THERMOSTAT.addPropertyChangeListener("degrees", event -> text[0] = '!');
        }
    }
}
