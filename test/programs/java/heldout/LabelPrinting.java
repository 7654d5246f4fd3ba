package heldout;

import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import org.apache.commons.pool2.BasePooledObjectFactory;
import org.apache.commons.pool2.PooledObject;
import org.apache.commons.pool2.impl.DefaultPooledObject;
import org.apache.commons.pool2.impl.GenericObjectPool;

/** Two printers in a pool. A label that is too long throws, and its printer is not returned; now both workers wait for one, for ever. */
public class LabelPrinting {
    record Label(String address, byte[] barcode) {}

    static final class Printer {
        private final byte[] page = new byte[4_000];

        void print(Label label) {
            byte[] letters = label.address().getBytes();
            System.arraycopy(letters, 0, page, 0, letters.length);
        }
    }

    private final ExecutorService workers = Executors.newFixedThreadPool(2);
    private final GenericObjectPool<Printer> printers = new GenericObjectPool<>(new BasePooledObjectFactory<>() {
        @Override
        public Printer create() {
            return new Printer();
        }

        @Override
        public PooledObject<Printer> wrap(Printer printer) {
            return new DefaultPooledObject<>(printer);
        }
    });

    private LabelPrinting() {
        printers.setMaxTotal(2);
    }

    private void print(Label label) {
        try {
            Printer printer = printers.borrowObject(); // wanted
            printer.print(label);
            printers.returnObject(printer);
        } catch (Exception failure) {
            System.out.println("not printed: " + failure);
        }
    }

    static final LabelPrinting hall = new LabelPrinting();

    static void run() throws Exception {
        for (int at = 0; at < 25_000; at++) {
            Label label = new Label(at % 200 == 150 ? "x".repeat(5_000) : "Street " + at, new byte[300]);
            hall.workers.execute(() -> hall.print(label));
        }
        Thread.sleep(1_500);
    }
}
