package fresh;

import jakarta.persistence.Entity;
import jakarta.persistence.EntityManager;
import jakarta.persistence.EntityManagerFactory;
import jakarta.persistence.Id;
import jakarta.persistence.Persistence;
import java.net.URL;
import java.net.URLClassLoader;
import java.nio.file.Files;
import java.nio.file.Path;

/** EclipseLink over H2: every booking has an entity manager of its own, which is closed; what was read lately is in the shared cache, softly and weakly. */
public class Bookkeeper {
    @Entity(name = "Booking")
    public static class Booking {
        @Id
        public int id;
        public String text;
        public long cents;
    }

    private static EntityManagerFactory factory;

    static void book(int id) {
        try (EntityManager manager = factory.createEntityManager()) {
            manager.getTransaction().begin();
            Booking booking = new Booking();
            booking.id = id;
            booking.cents = id * 17L;
            booking.text = "Booking of the account " + id % 300 + " for a thing that was bought";
            manager.persist(booking);
            if (id > 100) manager.find(Booking.class, id - 100).cents += 1;
            manager.getTransaction().commit();
        }
    }

    static void run() throws Exception {
        Path folder = Files.createTempDirectory("bookkeeper");
        Files.createDirectories(folder.resolve("META-INF"));
        Files.writeString(folder.resolve("META-INF/persistence.xml"), """
            <persistence xmlns="https://jakarta.ee/xml/ns/persistence" version="3.0"><persistence-unit name="books">
            <provider>org.eclipse.persistence.jpa.PersistenceProvider</provider><class>fresh.Bookkeeper$Booking</class><properties>
            <property name="jakarta.persistence.jdbc.url" value="jdbc:h2:mem:books"/>
            <property name="jakarta.persistence.schema-generation.database.action" value="create"/>
            <property name="eclipselink.logging.level" value="OFF"/><property name="eclipselink.weaving" value="false"/>
            </properties></persistence-unit></persistence>""");
        Thread.currentThread().setContextClassLoader(new URLClassLoader(new URL[] {folder.toUri().toURL()}, Bookkeeper.class.getClassLoader()));
        factory = Persistence.createEntityManagerFactory("books");
        for (int id = 0; id < 12_000; id++) book(id);
    }
}
