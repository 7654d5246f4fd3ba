package unseen;

import jakarta.jms.Connection;
import jakarta.jms.MessageConsumer;
import jakarta.jms.MessageProducer;
import jakarta.jms.Queue;
import jakarta.jms.Session;
import java.util.concurrent.CountDownLatch;
import org.apache.activemq.ActiveMQConnectionFactory;
import org.apache.activemq.broker.BrokerService;

/** Orders go over an embedded ActiveMQ to a cook, who has cooked them all. */
class Kitchen {
    private static final byte[][] recipes = new byte[900][];

    static void run() throws Exception {
        for (int at = 0; at < recipes.length; at++) recipes[at] = new byte[9_000 + at];
        BrokerService broker = new BrokerService();
        broker.setBrokerName("kitchen");
        broker.setPersistent(false);
        broker.setUseJmx(false);
        broker.start();
        Connection connection = new ActiveMQConnectionFactory("vm://kitchen?create=false").createConnection();
        connection.start();
        Session waiter = connection.createSession(false, Session.AUTO_ACKNOWLEDGE);
        Session cook = connection.createSession(false, Session.AUTO_ACKNOWLEDGE);
        Queue orders = waiter.createQueue("orders");
        CountDownLatch cooked = new CountDownLatch(4_000);
        MessageConsumer stove = cook.createConsumer(orders);
        stove.setMessageListener(message -> cooked.countDown());
        MessageProducer out = waiter.createProducer(orders);
        for (int at = 0; at < 4_000; at++) out.send(waiter.createTextMessage("dish " + at % recipes.length + " for table " + at % 40));
        cooked.await();
    }
}
