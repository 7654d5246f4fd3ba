package fresh;

import com.mchange.v2.c3p0.ComboPooledDataSource;
import java.sql.Connection;
import java.util.logging.Level;
import java.util.logging.Logger;

/** Every report opens a pool of connections of c3p0 instead of a connection, and closes only what it took from it. */
public class Reports {
    static boolean write(int report) throws Exception {
        ComboPooledDataSource database = new ComboPooledDataSource();
        database.setJdbcUrl("jdbc:h2:mem:reports;DB_CLOSE_DELAY=-1");
        database.setInitialPoolSize(1);
        database.setMinPoolSize(1);
        database.setNumHelperThreads(3);
        try (Connection connection = database.getConnection()) {
            return connection.createStatement().execute("select " + report);
        }
    }

    static void run() throws Exception {
        Logger.getLogger("com.mchange").setLevel(Level.OFF);
        for (int report = 0; report < 120; report++) write(report);
    }
}
