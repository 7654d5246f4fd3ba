package judged;

import org.springframework.context.ApplicationEvent;
import org.springframework.context.ApplicationListener;
import org.springframework.context.support.GenericApplicationContext;

/** A Spring context with six hundred beans and forty listeners, which has published many events. In good health. */
final class BackOffice {
    private BackOffice() {}

    static final class Booked extends ApplicationEvent {
        Booked(Object source) {
            super(source);
        }
    }

    static final class Account implements ApplicationListener<Booked> {
        private final byte[] statement = new byte[20_000];
        private long booked;

        @Override
        public void onApplicationEvent(Booked event) {
            booked++;
            statement[(int) (booked % statement.length)]++;
        }
    }

    static final class Branch {
        private final int[] figures = new int[4_000];
    }

    static GenericApplicationContext context;

    static void run() {
        context = new GenericApplicationContext();
        for (int at = 0; at < 40; at++) context.registerBean("account" + at, Account.class, Account::new);
        for (int at = 0; at < 560; at++) context.registerBean("branch" + at, Branch.class, Branch::new);
        context.refresh();
        for (int at = 0; at < 4_000; at++) context.publishEvent(new Booked(context));
    }
}
