package fresh;

import com.github.benmanes.caffeine.cache.Caffeine;
import com.github.benmanes.caffeine.cache.LoadingCache;

/** Fittings by customer, in a Caffeine cache with weak keys, so that they go with the customer. But a fitting knows its customer. */
public class Tailor {
    static final class Customer {
        final String name;

        Customer(String name) {
            this.name = name;
        }
    }

    static final class Fitting {
        final Customer customer;
        final double[] measures = new double[90];

        Fitting(Customer customer) {
            this.customer = customer;
        }
    }

    private final LoadingCache<Customer, Fitting> fittings = Caffeine.newBuilder().weakKeys().build(Fitting::new);

    static final Tailor shop = new Tailor();

    static void run() {
        for (int at = 0; at < 15_000; at++) shop.fittings.get(new Customer("Customer " + at)).measures[at % 90] = at;
    }
}
