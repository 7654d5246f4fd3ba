package unseen;

import jakarta.jms.Connection;
import jakarta.jms.DeliveryMode;
import jakarta.jms.MessageProducer;
import jakarta.jms.Session;
import org.apache.activemq.ActiveMQConnectionFactory;
import org.apache.activemq.broker.BrokerService;

/** An embedded ActiveMQ: what is delivered to the pantry is told to a queue whose only consumer was switched off. */
class Pantry {
    static void run() throws Exception {
        BrokerService broker = new BrokerService();
        broker.setBrokerName("pantry");
        broker.setPersistent(false);
        broker.setUseJmx(false);
        broker.getSystemUsage().getMemoryUsage().setLimit(250L << 20);
        broker.start();
        Connection connection = new ActiveMQConnectionFactory("vm://pantry?create=false").createConnection();
        connection.start();
        Session session = connection.createSession(false, Session.AUTO_ACKNOWLEDGE);
        MessageProducer out = session.createProducer(session.createQueue("deliveries"));
        out.setDeliveryMode(DeliveryMode.NON_PERSISTENT);
        for (int at = 0; at < 12_000; at++) out.send(session.createTextMessage("crate " + at + " of " + "apples and pears ".repeat(40)));
    }
}
