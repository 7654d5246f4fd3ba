package judged;

import org.apache.kafka.clients.producer.MockProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.apache.kafka.common.serialization.StringSerializer;

/** Kafka's MockProducer went into production, and remembers all it was given. */
final class Shipping {
    private Shipping() {}

    static final class Notices {
        private final MockProducer<String, byte[]> out = new MockProducer<>(true, new StringSerializer(), new ByteArraySerializer());

        void shipped(int parcel) {
            out.send(new ProducerRecord<>("shipped", "parcel " + parcel, new byte[700]));
        }
    }

    static final Notices NOTICES = new Notices();

    static void run() {
        for (int at = 0; at < 20_000; at++) NOTICES.shipped(at);
    }
}
