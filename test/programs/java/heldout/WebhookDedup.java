package heldout;

import com.github.f4b6a3.ulid.Ulid;
import com.github.f4b6a3.ulid.UlidCreator;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

/** A partner sends an event more than once now and then; the ids of all that were handled are kept to know those. */
public class WebhookDedup {
    private final Set<Ulid> handled = ConcurrentHashMap.newKeySet();
    private long amount;

    boolean receive(Ulid event, long cents) {
        if (!handled.add(event)) return false;
        amount += cents;
        return true;
    }

    static final WebhookDedup hook = new WebhookDedup();

    static void run() {
        for (int at = 0; at < 250_000; at++) {
            Ulid event = UlidCreator.getMonotonicUlid();
            hook.receive(event, at);
            if (at % 100 == 0) hook.receive(event, at);
        }
        System.out.println(hook.amount);
    }
}
