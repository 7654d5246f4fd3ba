package heldout;

import java.time.Duration;
import java.time.Instant;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import org.springframework.session.MapSession;
import org.springframework.session.MapSessionRepository;
import org.springframework.session.Session;

/** Sessions of Spring Session in a map, as in its first example: they expire when they are asked for again, and few are. Twenty-five days of them. */
public class CustomerSessions {
    private final Map<String, Session> byId = new ConcurrentHashMap<>();
    private final MapSessionRepository repository = new MapSessionRepository(byId);

    String logIn(String customer, Instant when) {
        MapSession session = repository.createSession();
        session.setCreationTime(when);
        session.setLastAccessedTime(when);
        session.setAttribute("customer", customer);
        session.setAttribute("basket", new long[60]);
        repository.save(session);
        return session.getId();
    }

    static final CustomerSessions shop = new CustomerSessions();

    static void run() {
        Instant start = Instant.now().minus(Duration.ofDays(25));
        for (int at = 0; at < 25_000; at++) {
            String id = shop.logIn("customer " + at, start.plusSeconds(at * 86L));
            if (at % 50 == 0) shop.repository.deleteById(id);
        }
    }
}
