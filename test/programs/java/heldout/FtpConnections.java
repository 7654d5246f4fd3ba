package heldout;

import org.apache.commons.pool2.BaseKeyedPooledObjectFactory;
import org.apache.commons.pool2.PooledObject;
import org.apache.commons.pool2.impl.DefaultPooledObject;
import org.apache.commons.pool2.impl.GenericKeyedObjectPool;

/** Connections are pooled by the address that a customer's file goes to. Most addresses are used once, and nothing evicts idle connections. */
public class FtpConnections {
    static final class Connection {
        final String address;
        final byte[] buffer = new byte[8_192];

        Connection(String address) {
            this.address = address;
        }

        void send(int number) {
            buffer[number % buffer.length]++;
        }
    }

    private final GenericKeyedObjectPool<String, Connection> connections = new GenericKeyedObjectPool<>(new BaseKeyedPooledObjectFactory<>() {
        @Override
        public Connection create(String address) {
            return new Connection(address);
        }

        @Override
        public PooledObject<Connection> wrap(Connection connection) {
            return new DefaultPooledObject<>(connection);
        }
    });

    void send(String address, int file) throws Exception {
        Connection connection = connections.borrowObject(address);
        connection.send(file);
        connections.returnObject(address, connection);
    }

    static final FtpConnections files = new FtpConnections();

    static void run() throws Exception {
        for (int file = 0; file < 3_000; file++) files.send("ftp://customer-" + file * 7 % 2_500 + ".example.org/in", file);
    }
}
