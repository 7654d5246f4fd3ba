package fresh;

import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.Statement;
import java.util.UUID;

/** A check of each contract is calculated in an H2 of its own, in memory and with a random name, that is to stay open between two statements. It stays. */
public class Tenancy {
    static void check(int contract) throws Exception {
        String url = "jdbc:h2:mem:" + UUID.randomUUID() + ";DB_CLOSE_DELAY=-1";
        try (Connection connection = DriverManager.getConnection(url); Statement statement = connection.createStatement()) {
            statement.execute("create table clause (id int primary key, text varchar(500))");
            statement.execute("insert into clause select x, 'clause ' || x || ' of the contract " + contract + "' from system_range(1, 200)");
        }
    }

    static void run() throws Exception {
        for (int contract = 0; contract < 50; contract++) check(contract);
    }
}
