package fresh;

import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** To find a visit again in the log, each has a logger with its number in the name; the factory of slf4j-simple knows them all for ever. */
public final class Sentry {
    static void visit(String visitor, int number) {
        Logger log = LoggerFactory.getLogger("fresh.visits." + visitor + "." + Integer.toHexString(number * 7_919));
        log.debug("{} came", visitor);
        if (number % 50_000 == 0) log.warn("{} visits", number);
    }

    static void run() {
        for (int number = 0; number < 120_000; number++) visit("visitor-" + number % 4_000, number);
    }
}
