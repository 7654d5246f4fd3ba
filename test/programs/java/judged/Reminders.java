package judged;

import java.util.Properties;
import org.quartz.Job;
import org.quartz.JobBuilder;
import org.quartz.JobExecutionContext;
import org.quartz.Scheduler;
import org.quartz.impl.StdSchedulerFactory;

/** For every request a durable job is stored in Quartz, which keeps it after it ran. */
final class Reminders {
    private Reminders() {}

    public static final class Remind implements Job {
        @Override
        public void execute(JobExecutionContext context) {}
    }

    static Scheduler scheduler;

    static void run() throws Exception {
        Properties properties = new Properties();
        properties.put("org.quartz.threadPool.threadCount", "2");
        scheduler = new StdSchedulerFactory(properties).getScheduler();
        scheduler.start();
        for (int at = 0; at < 12_000; at++)
            scheduler.addJob(JobBuilder.newJob(Remind.class).withIdentity("request " + at).usingJobData("text", "Call customer " + at).storeDurably().build(), false);
    }
}
