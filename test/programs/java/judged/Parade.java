package judged;

import java.lang.management.ManagementFactory;
import javax.management.MBeanServer;
import javax.management.ObjectName;

/** Every band that passes is registered for management, and never unregistered. */
final class Parade {
    private Parade() {}

    public interface BandMBean {
        int getPlayers();
    }

    public static final class Band implements BandMBean {
        private final byte[] notes = new byte[1_500];

        @Override
        public int getPlayers() {
            return notes.length;
        }
    }

    static void run() throws Exception {
        MBeanServer server = ManagementFactory.getPlatformMBeanServer();
        for (int at = 0; at < 6_000; at++) server.registerMBean(new Band(), new ObjectName("judged:type=Band,number=" + at));
    }
}
