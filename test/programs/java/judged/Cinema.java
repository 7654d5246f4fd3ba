package judged;

import java.sql.Connection;
import java.sql.DriverManager;

/** A statement is prepared for every question to an HSQLDB, on one connection, and none is closed. */
final class Cinema {
    private Cinema() {}

    static Connection connection;

    static void run() throws Exception {
        connection = DriverManager.getConnection("jdbc:hsqldb:mem:cinema", "SA", "");
        connection.createStatement().execute("create table film(id int primary key, name varchar(60), room int)");
        for (int at = 0; at < 6_000; at++)
            connection.prepareStatement("select id, name from film where room = ? and id > " + at + " order by name").setInt(1, at);
    }
}
