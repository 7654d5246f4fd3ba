package judged;

import java.sql.Connection;
import java.sql.PreparedStatement;
import java.util.concurrent.CountDownLatch;
import org.apache.commons.dbcp2.BasicDataSource;

/** Workers take and return the connections of a Commons DBCP, with pooled statements. In good health. */
final class CashDesk {
    private CashDesk() {}

    static final BasicDataSource SOURCE = new BasicDataSource();

    static void run() throws Exception {
        SOURCE.setUrl("jdbc:h2:mem:cash");
        SOURCE.setMaxTotal(12);
        SOURCE.setPoolPreparedStatements(true);
        SOURCE.setMaxOpenPreparedStatements(50);
        try (Connection connection = SOURCE.getConnection()) {
            connection.createStatement().execute("create table receipt(id int auto_increment primary key, cents int, text varchar)");
        }
        CountDownLatch working = new CountDownLatch(16);
        for (int worker = 0; worker < 16; worker++) {
            Run.start("till-" + worker, () -> {
                for (int at = 0; ; at++) {
                    try (Connection connection = SOURCE.getConnection();
                        PreparedStatement insert = connection.prepareStatement(
                            at < 900 ? "insert into receipt(cents, text) values (?, ?)" : "update receipt set cents = ? where text = ?")) {
                        insert.setInt(1, at);
                        insert.setString(2, "receipt " + at);
                        insert.execute();
                    }
                    if (at == 500) working.countDown();
                    if (at > 920) Thread.sleep(5);
                }
            });
        }
        Run.await(working);
    }
}
