package heldout;

import java.util.concurrent.TimeUnit;
import net.jodah.expiringmap.ExpirationPolicy;
import net.jodah.expiringmap.ExpiringMap;

/** Payments that a client repeats get the reply of the first try, which ExpiringMap remembers for two seconds. */
public class IdempotencyKeys {
    record Reply(int status, String body, byte[] signature) {}

    private final ExpiringMap<String, Reply> replies =
        ExpiringMap.builder().expiration(2, TimeUnit.SECONDS).expirationPolicy(ExpirationPolicy.CREATED).build();

    Reply pay(String key, long cents) {
        Reply known = replies.get(key);
        if (known != null) return known;
        Reply reply = new Reply(201, "paid " + cents, new byte[256]);
        replies.put(key, reply);
        return reply;
    }

    static final IdempotencyKeys payments = new IdempotencyKeys();

    static void run() throws Exception {
        for (int second = 0; second < 50; second++) {
            for (int at = 0; at < 1_000; at++) {
                String key = "key-" + (second * 1_000 + at) * 31L;
                payments.pay(key, at);
                if (at % 10 == 0) payments.pay(key, at);
            }
            Thread.sleep(100);
        }
    }
}
