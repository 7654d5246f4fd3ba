package unseen;

import com.google.common.collect.Interner;
import com.google.common.collect.Interners;

/** Session tokens go through Guava's strong interner, so that equal ones are the same. They are never equal. */
final class Tokens {
    private static final Interner<String> TOKENS = Interners.newStrongInterner();

    private Tokens() {}

    static String login(long user) {
        return TOKENS.intern("token-" + Long.toHexString(user * 0x9E3779B97F4A7C15L) + "-" + "0123456789abcdef".repeat(6));
    }

    static void run() {
        long length = 0;
        for (long user = 1; user < 110_000; user++) length += login(user).length();
        System.out.println(length);
    }
}
