package unseen;

import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;

/** Accounts in a Derby that lives in memory, under transfers; what is opened is closed. */
class Savings {
    private static final String URL = "jdbc:derby:memory:savings;create=true";

    static void run() throws Exception {
        System.setProperty("derby.stream.error.method", "unseen.Savings.nowhere");
        try (Connection bank = DriverManager.getConnection(URL); Statement setup = bank.createStatement()) {
            bank.setAutoCommit(false);
            setup.execute("create table account (id int primary key, cents bigint not null, owner varchar(600))");
            try (PreparedStatement open = bank.prepareStatement("insert into account values (?, ?, ?)")) {
                for (int id = 0; id < 12_000; id++) {
                    open.setInt(1, id);
                    open.setLong(2, 100_00);
                    open.setString(3, "owner " + id + "-".repeat(500));
                    open.executeUpdate();
                }
            }
            bank.commit();
            for (int at = 0; at < 1_500; at++) transfer(bank, at % 12_000, at * 31 % 12_000, 5);
        }
    }

    private static void transfer(Connection bank, int from, int to, long cents) throws SQLException {
        try (PreparedStatement change = bank.prepareStatement("update account set cents = cents + ? where id = ?");
             PreparedStatement look = bank.prepareStatement("select cents from account where id = ?")) {
            change.setLong(1, -cents);
            change.setInt(2, from);
            change.executeUpdate();
            change.setLong(1, cents);
            change.setInt(2, to);
            change.executeUpdate();
            look.setInt(1, from);
            try (ResultSet balance = look.executeQuery()) {
                balance.next();
                if (balance.getLong(1) < 0) bank.rollback();
                else bank.commit();
            }
        }
    }

    public static java.io.OutputStream nowhere() {
        return java.io.OutputStream.nullOutputStream();
    }
}
