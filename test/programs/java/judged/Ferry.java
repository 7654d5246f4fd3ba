package judged;

import java.sql.Connection;
import java.sql.ResultSet;
import org.apache.commons.dbcp2.BasicDataSource;

/** A Commons DBCP without a limit, whose connections are taken and never returned. */
final class Ferry {
    private Ferry() {}

    static final BasicDataSource SOURCE = new BasicDataSource();

    static void run() throws Exception {
        SOURCE.setUrl("jdbc:h2:mem:ferry");
        SOURCE.setMaxTotal(-1);
        for (int at = 0; at < 1_500; at++) ticket(at);
    }

    private static void ticket(int number) throws Exception {
        Connection connection = SOURCE.getConnection();
        try (ResultSet rows = connection.createStatement().executeQuery("select " + number)) {
            rows.next();
        }
    }
}
