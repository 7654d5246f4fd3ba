package verdicts;

import java.lang.management.ManagementFactory;
import javax.management.ObjectName;

/** Every job registers an MBean and none is unregistered. */
final class ManagedBeans {
    private ManagedBeans() {}

    public interface JobMBean {
        int getSize();
    }

    static final class Job implements JobMBean {
        private final byte[] log = new byte[8000];

        @Override
        public int getSize() {
            return log.length;
        }
    }

    static void run() throws Exception {
        for (int at = 0; at < 2_000; at++) {
            ManagementFactory.getPlatformMBeanServer()
                    .registerMBean(
                            new javax.management.StandardMBean(new Job(), JobMBean.class),
                            new ObjectName("verdicts:type=Job,id=" + at));
        }
    }
}
