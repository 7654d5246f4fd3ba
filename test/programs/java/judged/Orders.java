package judged;

import com.zaxxer.hikari.HikariConfig;
import com.zaxxer.hikari.HikariDataSource;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.util.concurrent.CountDownLatch;

/** Twenty-four workers share ten connections of a HikariCP to an H2, and are dumped in the middle of it. In good health. */
final class Orders {
    private Orders() {}

    static HikariDataSource source;

    static void run() throws Exception {
        HikariConfig config = new HikariConfig();
        config.setJdbcUrl("jdbc:h2:mem:orders");
        config.setMaximumPoolSize(10);
        source = new HikariDataSource(config);
        try (Connection connection = source.getConnection()) {
            connection.createStatement().execute("create table sale(id int auto_increment primary key, customer varchar, cents int)");
        }
        CountDownLatch working = new CountDownLatch(24);
        for (int at = 0; at < 24; at++) Run.start("worker-" + at, () -> work(working));
        Run.await(working);
    }

    private static void work(CountDownLatch working) throws Exception {
        for (int at = 0; ; at++) {
            if (at == 300) working.countDown();
            try (Connection connection = source.getConnection()) {
                if (at < 1_000) sell(connection, at);
                try (PreparedStatement query = connection.prepareStatement("select customer, cents from sale where id between ? and ?")) {
                    query.setInt(1, at);
                    query.setInt(2, at + 40);
                    try (ResultSet rows = query.executeQuery()) {
                        while (rows.next()) rows.getString(1);
                    }
                }
            }
        }
    }

    private static void sell(Connection connection, int at) throws Exception {
        try (PreparedStatement insert = connection.prepareStatement("insert into sale(customer, cents) values (?, ?)")) {
            insert.setString(1, "customer " + at);
            insert.setInt(2, at * 7);
            insert.execute();
        }
    }
}
