package unseen;

import jakarta.persistence.Cacheable;
import jakarta.persistence.Entity;
import jakarta.persistence.Id;
import org.hibernate.SessionFactory;
import org.hibernate.annotations.Cache;
import org.hibernate.annotations.CacheConcurrencyStrategy;
import org.hibernate.cfg.Configuration;

/** Hibernate with a second-level cache of Ehcache; every session is closed. */
public class Vineyard {
    @Entity(name = "Wine")
    @Cacheable
    @Cache(usage = CacheConcurrencyStrategy.READ_WRITE)
    public static class Wine {
        @Id
        public long id;
        public String name;
        public String notes;
        public int stock;
    }

    static SessionFactory factory;

    static void run() {
        java.util.logging.Logger.getLogger("org.hibernate").setLevel(java.util.logging.Level.SEVERE);
        factory = new Configuration()
            .addAnnotatedClass(Wine.class)
            .setProperty("hibernate.connection.url", "jdbc:h2:mem:vineyard;DB_CLOSE_DELAY=-1")
            .setProperty("hibernate.hbm2ddl.auto", "create")
            .setProperty("hibernate.cache.use_second_level_cache", "true")
            .setProperty("hibernate.cache.region.factory_class", "jcache")
            .setProperty("hibernate.javax.cache.missing_cache_strategy", "create")
            .buildSessionFactory();
        factory.inTransaction(session -> {
            for (long id = 0; id < 4_000; id++) {
                Wine wine = new Wine();
                wine.id = id;
                wine.name = "Wine " + id;
                wine.notes = "red fruit ".repeat(20);
                wine.stock = 12;
                session.persist(wine);
                if (id % 500 == 0) {
                    session.flush();
                    session.clear();
                }
            }
        });
        for (int day = 0; day < 300; day++) {
            int today = day;
            factory.inTransaction(session -> {
                for (long id = today; id < 4_000; id += 97) session.find(Wine.class, id).stock--;
            });
        }
    }
}
