package heldout;

import java.util.List;
import org.jdbi.v3.core.Handle;
import org.jdbi.v3.core.Jdbi;
import org.jdbi.v3.core.statement.Query;

/** A report on arrears sums up in Java what the database could have: Jdbi lists every instalment there ever was. */
public class ArrearsReport {
    record Instalment(long id, String contract, double amount) {}

    private final Jdbi database = Jdbi.create("jdbc:h2:mem:arrears;LAZY_QUERY_EXECUTION=1");

    private double total(String region) {
        String sql = "select x as id, :region || ' contract ' || mod(x, 900) || repeat(' with guarantor', 30) as contract, mod(x, 77) * 1.25 as amount from system_range(1, 9000000)";
        try (Handle handle = database.open()) {
            Query query = handle.createQuery(sql).bind("region", region);
            List<Instalment> instalments = query.map((row, context) -> new Instalment(row.getLong(1), row.getString(2), row.getDouble(3))).list(); // wanted
            return instalments.stream().mapToDouble(Instalment::amount).sum();
        }
    }

    static void run() {
        System.out.println(new ArrearsReport().total("north"));
    }
}
