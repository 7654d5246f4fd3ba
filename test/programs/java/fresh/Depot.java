package fresh;

import java.util.concurrent.CountDownLatch;
import org.apache.activemq.artemis.api.core.ActiveMQException;
import org.apache.activemq.artemis.api.core.QueueConfiguration;
import org.apache.activemq.artemis.api.core.client.ActiveMQClient;
import org.apache.activemq.artemis.api.core.client.ClientConsumer;
import org.apache.activemq.artemis.api.core.client.ClientMessage;
import org.apache.activemq.artemis.api.core.client.ClientProducer;
import org.apache.activemq.artemis.api.core.client.ClientSession;
import org.apache.activemq.artemis.api.core.client.ClientSessionFactory;
import org.apache.activemq.artemis.core.config.impl.ConfigurationImpl;
import org.apache.activemq.artemis.core.server.embedded.EmbeddedActiveMQ;

/** An embedded Artemis: eight thousand orders went to the depot, which has picked them all; its shelves are in memory. */
public class Depot {
    private static final EmbeddedActiveMQ broker = new EmbeddedActiveMQ();
    private static final short[][] shelves = new short[2_000][5_000];
    private static ClientSession session;
    private static ClientConsumer consumer;

    private static void confirm(ClientMessage message) {
        try {
            message.acknowledge();
        } catch (ActiveMQException failure) {
            throw new IllegalStateException(failure);
        }
    }

    static void run() throws Exception {
        broker.setConfiguration(new ConfigurationImpl().setPersistenceEnabled(false).setSecurityEnabled(false).addAcceptorConfiguration("vm", "vm://0"));
        broker.start();
        ClientSessionFactory factory = ActiveMQClient.createServerLocator("vm://0").createSessionFactory();
        session = factory.createSession(true, true, 0);
        session.createQueue(QueueConfiguration.of("orders"));
        CountDownLatch picked = new CountDownLatch(8_000);
        consumer = session.createConsumer("orders");
        consumer.setMessageHandler(message -> {
            shelves[message.getBodyBuffer().readInt() % 2_000][0]--;
            confirm(message);
            picked.countDown();
        });
        session.start();
        try (ClientSession sending = factory.createSession(true, true); ClientProducer producer = sending.createProducer("orders")) {
            for (int at = 0; at < 8_000; at++) {
                ClientMessage order = sending.createMessage(false);
                order.getBodyBuffer().writeInt(at);
                producer.send(order);
            }
        }
        picked.await();
    }
}
