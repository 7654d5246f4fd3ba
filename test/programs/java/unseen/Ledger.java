package unseen;

import static org.jooq.impl.DSL.field;
import static org.jooq.impl.DSL.name;
import static org.jooq.impl.DSL.sum;
import static org.jooq.impl.DSL.table;

import java.sql.Connection;
import java.sql.DriverManager;
import org.jooq.DSLContext;
import org.jooq.Field;
import org.jooq.SQLDialect;
import org.jooq.Table;
import org.jooq.impl.DSL;

/** Bookings in H2 through jOOQ; they are what this program is for. */
public class Ledger {
    private static final Table<?> BOOKING = table(name("BOOKING"));
    private static final Field<Integer> ID = field(name("ID"), Integer.class);
    private static final Field<Long> CENTS = field(name("CENTS"), Long.class);
    private static final Field<String> TEXT = field(name("TEXT"), String.class);

    private final DSLContext db;

    private Ledger(Connection connection) {
        System.setProperty("org.jooq.no-logo", "true");
        System.setProperty("org.jooq.no-tips", "true");
        db = DSL.using(connection, SQLDialect.H2);
    }

    static Ledger open;

    static void run() throws Exception {
        open = new Ledger(DriverManager.getConnection("jdbc:h2:mem:ledger"));
        open.db.createTable(BOOKING).column(ID).column(CENTS).column(TEXT).execute();
        var insert = open.db.batch(open.db.insertInto(BOOKING, ID, CENTS, TEXT).values(0, 0L, ""));
        for (int at = 0; at < 40_000; at++) insert.bind(at, at % 997L, "booking " + at + " of account " + at % 250 + " ".repeat(100));
        insert.execute();
        for (int at = 0; at < 30; at++) open.db.select(sum(CENTS)).from(BOOKING).where(ID.lt(at * 1_000)).fetchOne();
        for (int at = 0; at < 300; at++) open.db.deleteFrom(BOOKING).where(ID.eq(at)).execute();
    }
}
