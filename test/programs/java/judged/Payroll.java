package judged;

import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.ResultSet;
import java.util.ArrayList;
import java.util.List;

/** A report reads the rows of an H2 into a list until memory runs out. */
final class Payroll {
    private Payroll() {}

    record Slip(long number, String text) {}

    static final class Report {
        int pages() throws Exception {
            try (Connection connection = DriverManager.getConnection("jdbc:h2:mem:payroll;LAZY_QUERY_EXECUTION=1");
                ResultSet rows = connection.createStatement().executeQuery("select x, 'slip ' || x from system_range(1, 90000000)")) {
                List<Slip> slips = new ArrayList<>();
                while (rows.next()) slips.add(new Slip(rows.getLong(1), rows.getString(2))); // wanted
                return slips.size() / 40;
            }
        }
    }

    static void run() throws Exception {
        Thread thread = new Thread(() -> {
            try {
                new Report().pages();
            } catch (Throwable outOfMemory) {
                Runtime.getRuntime().halt(0);
            }
        }, "reports-2");
        thread.start();
        thread.join();
    }
}
