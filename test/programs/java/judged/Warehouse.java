package judged;

import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.util.concurrent.CountDownLatch;

/** An H2 in memory with 60,000 articles, asked by eight threads while it is dumped. In good health. */
final class Warehouse {
    private Warehouse() {}

    static final String URL = "jdbc:h2:mem:warehouse;DB_CLOSE_DELAY=-1";

    static void run() throws Exception {
        try (Connection connection = DriverManager.getConnection(URL)) {
            connection.createStatement().execute("create table article(id int primary key, name varchar, shelf int, notes varchar)");
            connection.createStatement().execute("create index by_shelf on article(shelf)");
            try (PreparedStatement insert = connection.prepareStatement("insert into article values (?, ?, ?, ?)")) {
                for (int at = 0; at < 60_000; at++) {
                    insert.setInt(1, at);
                    insert.setString(2, "article " + at);
                    insert.setInt(3, at % 900);
                    insert.setString(4, "Delivered in week " + at % 52 + ", kept dry, number " + at * 31L);
                    insert.addBatch();
                    if (at % 5_000 == 4_999) insert.executeBatch();
                }
            }
        }
        CountDownLatch working = new CountDownLatch(8);
        for (int at = 0; at < 8; at++) Run.start("picker-" + at, () -> pick(working));
        Run.await(working);
    }

    private static void pick(CountDownLatch working) throws Exception {
        try (Connection connection = DriverManager.getConnection(URL);
            PreparedStatement query = connection.prepareStatement("select name, notes from article where shelf = ? order by name")) {
            for (int at = 0; ; at++) {
                if (at == 100) working.countDown();
                query.setInt(1, at % 900);
                try (ResultSet rows = query.executeQuery()) {
                    while (rows.next()) rows.getString(2);
                }
            }
        }
    }
}
