package judged;

import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.PreparedStatement;

/** An HSQLDB in memory with 80,000 people: a database is there to keep them. In good health. */
final class Census {
    private Census() {}

    static Connection connection;

    static void run() throws Exception {
        connection = DriverManager.getConnection("jdbc:hsqldb:mem:census", "SA", "");
        connection.createStatement().execute("create table person(id int primary key, name varchar(60), town varchar(40), born int)");
        connection.createStatement().execute("create index by_town on person(town)");
        try (PreparedStatement insert = connection.prepareStatement("insert into person values (?, ?, ?, ?)")) {
            for (int at = 0; at < 80_000; at++) {
                insert.setInt(1, at);
                insert.setString(2, "Person " + Integer.toString(at * 7919, 36));
                insert.setString(3, "Town " + at % 400);
                insert.setInt(4, 1920 + at % 100);
                insert.execute();
            }
        }
        connection.createStatement().executeQuery("select town, count(*) from person group by town").close();
    }
}
