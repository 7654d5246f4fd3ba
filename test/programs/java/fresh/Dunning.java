package fresh;

import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.LocalDate;
import java.util.List;
import org.h2.jdbcx.JdbcDataSource;
import org.springframework.jdbc.core.JdbcTemplate;

/** Who is overdue gets a letter. The query has lost its condition, and a template of Spring's puts every row into a list. */
public class Dunning {
    record Debt(long invoice, String customer, LocalDate due, double amount) {}

    private final JdbcTemplate jdbc;

    Dunning(JdbcTemplate jdbc) {
        this.jdbc = jdbc;
    }

    int sendLetters() {
        int letters = 0;
        for (Debt debt : overdue(LocalDate.of(2024, 6, 1))) if (debt.amount() > 10) letters++;
        return letters;
    }

    private List<Debt> overdue(LocalDate day) {
        return jdbc.query("select x, 'customer ' || mod(x, 5000) || repeat(' of the north', 20), mod(x, 400) * 1.5 from system_range(1, 5000000)", this::debt); // wanted
    }

    private Debt debt(ResultSet row, int number) throws SQLException {
        return new Debt(row.getLong(1), row.getString(2), LocalDate.ofEpochDay(number % 20_000), row.getDouble(3));
    }

    static void run() {
        JdbcDataSource database = new JdbcDataSource();
        database.setURL("jdbc:h2:mem:dunning;LAZY_QUERY_EXECUTION=1");
        System.out.println(new Dunning(new JdbcTemplate(database)).sendLetters());
    }
}
