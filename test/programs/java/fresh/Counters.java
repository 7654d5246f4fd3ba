package fresh;

import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.ResultSet;

/** A post office with an HSQLDB in its own process: each question opens a connection, and forgets it. */
public class Counters {
    static int waiting(int counter) throws Exception {
        Connection connection = DriverManager.getConnection("jdbc:hsqldb:mem:counters");
        ResultSet answer = connection.createStatement().executeQuery("select count(*) from ticket where counter = " + counter);
        answer.next();
        return answer.getInt(1);
    }

    static void run() throws Exception {
        Connection first = DriverManager.getConnection("jdbc:hsqldb:mem:counters");
        first.createStatement().execute("create table ticket (id int primary key, counter int)");
        for (int question = 0; question < 2_000; question++) waiting(question % 12);
    }
}
