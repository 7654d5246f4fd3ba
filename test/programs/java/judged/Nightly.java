package judged;

import java.util.Properties;
import java.util.concurrent.CountDownLatch;
import org.quartz.CronScheduleBuilder;
import org.quartz.Job;
import org.quartz.JobBuilder;
import org.quartz.JobExecutionContext;
import org.quartz.Scheduler;
import org.quartz.SimpleScheduleBuilder;
import org.quartz.TriggerBuilder;
import org.quartz.impl.StdSchedulerFactory;

/** Quartz with nine hundred jobs for the night, and twenty that run every few moments. In good health. */
final class Nightly {
    private Nightly() {}

    static final CountDownLatch DONE = new CountDownLatch(300);

    public static final class Report implements Job {
        @Override
        public void execute(JobExecutionContext context) {
            context.getMergedJobDataMap().put("last", new byte[1_000]);
            DONE.countDown();
        }
    }

    static Scheduler scheduler;

    static void run() throws Exception {
        Properties properties = new Properties();
        properties.put("org.quartz.threadPool.threadCount", "8");
        scheduler = new StdSchedulerFactory(properties).getScheduler();
        for (int at = 0; at < 900; at++) {
            scheduler.scheduleJob(
                JobBuilder.newJob(Report.class).withIdentity("night-" + at).usingJobData("text", "x".repeat(3_000) + at).build(),
                TriggerBuilder.newTrigger().withSchedule(CronScheduleBuilder.dailyAtHourAndMinute(2, at % 60)).build());
        }
        for (int at = 0; at < 20; at++) {
            scheduler.scheduleJob(
                JobBuilder.newJob(Report.class).withIdentity("often-" + at).build(),
                TriggerBuilder.newTrigger().withSchedule(SimpleScheduleBuilder.simpleSchedule().withIntervalInMilliseconds(50).repeatForever()).build());
        }
        scheduler.start();
        Run.await(DONE);
    }
}
