package judged;

import java.util.Map;
import java.util.UUID;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;

/** Guests of a lobby by ticket; who was not seen for a while is removed by a sweep that runs all the time. In good health. */
final class Lobby {
    private Lobby() {}

    static final class Guest {
        private final byte[] things = new byte[1_500];
        private volatile long seen;
    }

    static final class Room {
        private final Map<String, Guest> guests = new ConcurrentHashMap<>();
        private final ScheduledExecutorService sweeper = Executors.newSingleThreadScheduledExecutor();
        private volatile long now;

        void open() {
            sweeper.scheduleWithFixedDelay(() -> guests.values().removeIf(guest -> guest.seen < now - 8_000), 1, 1, TimeUnit.MILLISECONDS);
        }

        void enter() {
            Guest guest = new Guest();
            guest.seen = now++;
            guests.put(UUID.randomUUID().toString(), guest);
        }
    }

    static final Room ROOM = new Room();

    static void run() throws Exception {
        ROOM.open();
        for (int at = 0; at < 60_000; at++) {
            ROOM.enter();
            if (at % 500 == 0) Thread.sleep(2);
        }
        CountDownLatch swept = new CountDownLatch(3);
        for (int at = 0; at < 3; at++) ROOM.sweeper.execute(swept::countDown);
        Run.await(swept);
    }
}
