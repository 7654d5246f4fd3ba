package fresh;

import org.glassfish.hk2.api.ServiceLocator;
import org.glassfish.hk2.api.ServiceLocatorFactory;
import org.glassfish.hk2.utilities.ServiceLocatorUtilities;

/** Each wedding gets a service locator of HK2 with its own services, and none is shut down after the party. */
public class Registrar {
    public static class Couple {
        final int number;

        Couple(int number) {
            this.number = number;
        }
    }

    static int wed(int number) {
        ServiceLocator wedding = ServiceLocatorFactory.getInstance().create("wedding-" + number);
        ServiceLocatorUtilities.addOneConstant(wedding, new Couple(number));
        return wedding.getService(Couple.class).number;
    }

    static void run() {
        for (int number = 0; number < 700; number++) wed(number);
    }
}
