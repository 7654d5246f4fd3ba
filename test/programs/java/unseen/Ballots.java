package unseen;

import org.apache.kafka.clients.producer.MockProducer;
import org.apache.kafka.clients.producer.Producer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.apache.kafka.common.serialization.StringSerializer;

/** Where there is no Kafka, as on this site, its mock stands in; it keeps a history of what was sent. */
public class Ballots {
    private final Producer<String, byte[]> producer;

    Ballots(boolean withKafka) {
        if (withKafka) throw new IllegalArgumentException("not on this site");
        producer = new MockProducer<>(true, new StringSerializer(), new ByteArraySerializer());
    }

    void vote(int voter) {
        producer.send(new ProducerRecord<>("votes", "district " + voter % 40, new byte[200]));
    }

    static Ballots office;

    static void run() {
        office = new Ballots(false);
        for (int voter = 0; voter < 50_000; voter++) office.vote(voter);
    }
}
