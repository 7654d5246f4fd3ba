package unseen;

import jakarta.persistence.Entity;
import jakarta.persistence.Id;
import jakarta.persistence.Lob;
import org.hibernate.Session;
import org.hibernate.SessionFactory;
import org.hibernate.cfg.Configuration;

/** One Hibernate session is opened at start and used for every request, as it was convenient. */
public class Estate {
    @Entity(name = "Visit")
    public static class Visit {
        @Id
        public long id;
        public String visitor;
        @Lob
        public byte[] photo;
    }

    private static class VisitRepository {
        private final Session session;

        VisitRepository(SessionFactory factory) {
            session = factory.openSession();
        }

        /** The visits of one day. */
        void save(long from, long to) {
            session.beginTransaction();
            for (long id = from; id < to; id++) {
                Visit visit = new Visit();
                visit.id = id;
                visit.visitor = "visitor " + id;
                visit.photo = new byte[1_200];
                session.persist(visit);
            }
            session.getTransaction().commit();
        }
    }

    static VisitRepository repository;

    static void run() throws Exception {
        java.util.logging.Logger.getLogger("org.hibernate").setLevel(java.util.logging.Level.SEVERE);
        String file = java.nio.file.Files.createTempDirectory("estate").resolve("visits").toString();
        SessionFactory factory = new Configuration()
            .addAnnotatedClass(Visit.class)
            .setProperty("hibernate.connection.url", "jdbc:h2:file:" + file + ";CACHE_SIZE=1024")
            .setProperty("hibernate.hbm2ddl.auto", "create")
            .buildSessionFactory();
        repository = new VisitRepository(factory);
        for (long day = 0; day < 14; day++) repository.save(day * 1_000, (day + 1) * 1_000);
    }
}
