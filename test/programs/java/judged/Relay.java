package judged;

import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Properties;
import java.util.concurrent.CountDownLatch;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.MockConsumer;
import org.apache.kafka.clients.consumer.OffsetResetStrategy;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.MockProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.apache.kafka.common.serialization.StringSerializer;

/** Kafka's clients pass records on, batch by batch; a real producer waits for a broker beside them. In good health. */
final class Relay {
    private Relay() {}

    static final TopicPartition FROM = new TopicPartition("readings", 0);
    static final MockConsumer<String, byte[]> CONSUMER = new MockConsumer<>(OffsetResetStrategy.EARLIEST);
    static final MockProducer<String, byte[]> PRODUCER = new MockProducer<>(true, new StringSerializer(), new ByteArraySerializer());
    static KafkaProducer<String, byte[]> upstream;

    static void run() throws Exception {
        Properties properties = new Properties();
        properties.put("bootstrap.servers", "127.0.0.1:1");
        upstream = new KafkaProducer<>(properties, new StringSerializer(), new ByteArraySerializer());
        CONSUMER.assign(List.of(FROM));
        CONSUMER.updateBeginningOffsets(new HashMap<>(Map.of(FROM, 0L)));
        CountDownLatch working = new CountDownLatch(1);
        Run.start("relay", () -> {
            for (long offset = 0; ; ) {
                for (int at = 0; at < 500; at++, offset++)
                    CONSUMER.addRecord(new ConsumerRecord<>("readings", 0, offset, "meter-" + offset % 90, new byte[400]));
                for (ConsumerRecord<String, byte[]> record : CONSUMER.poll(java.time.Duration.ofMillis(1)))
                    PRODUCER.send(new ProducerRecord<>("copies", record.key(), record.value()));
                PRODUCER.flush();
                PRODUCER.clear();
                if (offset == 50_000) working.countDown();
            }
        });
        Run.await(working);
    }
}
