package fresh;

import org.apache.commons.pool2.BasePooledObjectFactory;
import org.apache.commons.pool2.ObjectPool;
import org.apache.commons.pool2.PooledObject;
import org.apache.commons.pool2.impl.DefaultPooledObject;
import org.apache.commons.pool2.impl.GenericObjectPool;
import org.apache.commons.pool2.impl.GenericObjectPoolConfig;

/** Scanners are borrowed from a pool of Commons Pool without a maximum. When a coat cannot be read, the scanner is not returned. */
public class Cloakroom {
    static final class Scanner {
        final byte[] picture = new byte[3_000];

        void read(int coat) {
            if (coat % 3 == 0) throw new IllegalArgumentException("coat " + coat);
        }
    }

    private final ObjectPool<Scanner> scanners;

    private Cloakroom() {
        GenericObjectPoolConfig<Scanner> settings = new GenericObjectPoolConfig<>();
        settings.setMaxTotal(-1);
        settings.setJmxEnabled(false);
        scanners = new GenericObjectPool<>(new BasePooledObjectFactory<>() {
            @Override
            public Scanner create() {
                return new Scanner();
            }

            @Override
            public PooledObject<Scanner> wrap(Scanner scanner) {
                return new DefaultPooledObject<>(scanner);
            }
        }, settings);
    }

    void take(int coat) throws Exception {
        Scanner scanner = scanners.borrowObject();
        scanner.read(coat);
        scanners.returnObject(scanner);
    }

    static final Cloakroom room = new Cloakroom();

    static void run() throws Exception {
        for (int coat = 0; coat < 15_000; coat++) {
            try {
                room.take(coat);
            } catch (IllegalArgumentException unreadable) {
                // The guest keeps the coat.
            }
        }
    }
}
