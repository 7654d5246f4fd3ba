package unseen;

import static org.mockito.ArgumentMatchers.any;
import static org.mockito.Mockito.mock;
import static org.mockito.Mockito.when;

/** A staging environment plays with a mock of the payment service, which remembers every call. */
public class Rehearsal {
    public interface Payments {
        boolean pay(String account, byte[] receipt);
    }

    static class Shop {
        private final Payments payments;
        int sold;

        Shop(Payments payments) {
            this.payments = payments;
        }

        void sell(int number) {
            if (payments.pay("account " + number, new byte[1_500])) sold++;
        }
    }

    static Shop shop;

    static void run() {
        Payments payments = mock(Payments.class);
        when(payments.pay(any(), any())).thenReturn(true);
        shop = new Shop(payments);
        for (int number = 0; number < 9_000; number++) shop.sell(number);
        System.out.println(shop.sold);
    }
}
