package judged;

import org.apache.ibatis.annotations.Param;
import org.apache.ibatis.annotations.Select;
import org.apache.ibatis.datasource.pooled.PooledDataSource;
import org.apache.ibatis.mapping.Environment;
import org.apache.ibatis.session.Configuration;
import org.apache.ibatis.session.SqlSession;
import org.apache.ibatis.session.SqlSessionFactoryBuilder;
import org.apache.ibatis.transaction.jdbc.JdbcTransactionFactory;

/** A session of MyBatis that is never closed remembers every answer it was given. */
final class Importer {
    private Importer() {}

    public interface Texts {
        @Select("select repeat('line ' || #{number} || ', ', 150)")
        String text(@Param("number") int number);
    }

    static final class Feed {
        private final SqlSession session;

        Feed() {
            PooledDataSource source = new PooledDataSource("org.h2.Driver", "jdbc:h2:mem:feed", "sa", "");
            Configuration configuration = new Configuration(new Environment("feed", new JdbcTransactionFactory(), source));
            configuration.addMapper(Texts.class);
            session = new SqlSessionFactoryBuilder().build(configuration).openSession();
        }
    }

    static final Feed FEED = new Feed();

    static void run() {
        Texts texts = FEED.session.getMapper(Texts.class);
        for (int at = 0; at < 8_000; at++) texts.text(at);
    }
}
