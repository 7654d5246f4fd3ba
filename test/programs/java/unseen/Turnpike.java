package unseen;

import java.lang.management.ManagementFactory;
import javax.management.MBeanServer;
import javax.management.ObjectName;

/** Each connection shows itself in JMX and stays registered after it has ended. */
public class Turnpike {
    public interface ConnectionMBean {
        long getBytes();

        boolean isOpen();
    }

    public static class Connection implements ConnectionMBean, AutoCloseable {
        private byte[] buffer = new byte[2_000];
        private boolean open = true;

        @Override
        public long getBytes() {
            return buffer.length;
        }

        @Override
        public boolean isOpen() {
            return open;
        }

        @Override
        public void close() {
            open = false;
        }
    }

    static void run() throws Exception {
        MBeanServer server = ManagementFactory.getPlatformMBeanServer();
        for (int at = 0; at < 9_000; at++) {
            try (Connection connection = new Connection()) {
                server.registerMBean(connection, new ObjectName("unseen.turnpike:type=Connection,id=" + at));
            }
        }
    }
}
