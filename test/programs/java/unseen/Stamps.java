package unseen;

import com.esotericsoftware.kryo.Kryo;
import com.esotericsoftware.kryo.io.Output;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;

/** Each thread of a pool has a Kryo that does not reset itself, and so never forgets an object that it wrote. */
class Stamps {
    public static class Stamp {
        public String country;
        public byte[] picture = new byte[250];
    }

    private static final ThreadLocal<Kryo> KRYO = ThreadLocal.withInitial(() -> {
        Kryo kryo = new Kryo();
        kryo.setRegistrationRequired(false);
        kryo.setReferences(true);
        kryo.setAutoReset(false);
        return kryo;
    });

    static void run() throws Exception {
        ExecutorService desks = Executors.newFixedThreadPool(4);
        CountDownLatch done = new CountDownLatch(60_000);
        for (int at = 0; at < 60_000; at++) {
            int number = at;
            desks.execute(() -> {
                Stamp stamp = new Stamp();
                stamp.country = "country " + number % 190;
                try (Output output = new Output(1_024, -1)) {
                    KRYO.get().writeObject(output, stamp);
                }
                done.countDown();
            });
        }
        done.await();
    }
}
