package judged;

import java.util.List;
import java.util.Map;
import org.apache.ibatis.annotations.Insert;
import org.apache.ibatis.annotations.Param;
import org.apache.ibatis.annotations.Select;
import org.apache.ibatis.annotations.Update;
import org.apache.ibatis.datasource.pooled.PooledDataSource;
import org.apache.ibatis.mapping.Environment;
import org.apache.ibatis.session.Configuration;
import org.apache.ibatis.session.SqlSession;
import org.apache.ibatis.session.SqlSessionFactory;
import org.apache.ibatis.session.SqlSessionFactoryBuilder;
import org.apache.ibatis.transaction.jdbc.JdbcTransactionFactory;

/** MyBatis over an H2 with 20,000 customers; each request has a session of its own and closes it. In good health. */
final class Customers {
    private Customers() {}

    public interface Table {
        @Update("create table customer(id int primary key, name varchar, notes varchar)")
        void create();

        @Insert("insert into customer values (#{id}, #{name}, #{notes})")
        void add(@Param("id") int id, @Param("name") String name, @Param("notes") String notes);

        @Select("select * from customer where id between #{from} and #{from} + 20")
        List<Map<String, Object>> some(@Param("from") int from);
    }

    static SqlSessionFactory sessions;

    static void run() {
        PooledDataSource source = new PooledDataSource("org.h2.Driver", "jdbc:h2:mem:customers;DB_CLOSE_DELAY=-1", "sa", "");
        Configuration configuration = new Configuration(new Environment("shop", new JdbcTransactionFactory(), source));
        configuration.addMapper(Table.class);
        sessions = new SqlSessionFactoryBuilder().build(configuration);
        try (SqlSession session = sessions.openSession(true)) {
            Table table = session.getMapper(Table.class);
            table.create();
            for (int at = 0; at < 20_000; at++) table.add(at, "customer " + at, ("has bought article " + at + " ").repeat(20));
        }
        for (int at = 0; at < 1_500; at++) {
            try (SqlSession session = sessions.openSession()) {
                session.getMapper(Table.class).some(at * 13 % 20_000);
            }
        }
    }
}
