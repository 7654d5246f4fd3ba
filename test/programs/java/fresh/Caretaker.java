package fresh;

import com.github.kagkarlsson.scheduler.Scheduler;
import com.github.kagkarlsson.scheduler.task.helper.OneTimeTask;
import com.github.kagkarlsson.scheduler.task.helper.RecurringTask;
import com.github.kagkarlsson.scheduler.task.helper.Tasks;
import com.github.kagkarlsson.scheduler.task.schedule.FixedDelay;
import java.sql.Connection;
import java.sql.Statement;
import java.time.Duration;
import java.time.Instant;
import java.util.concurrent.atomic.AtomicInteger;
import org.hsqldb.jdbc.JDBCDataSource;

/** A caretaker with db-scheduler: six hundred repairs are in its table for the next weeks, and a round is made every second. */
public class Caretaker {
    private static final AtomicInteger rounds = new AtomicInteger();
    private static Scheduler scheduler;

    static void run() throws Exception {
        JDBCDataSource database = new JDBCDataSource();
        database.setUrl("jdbc:hsqldb:mem:caretaker");
        try (Connection connection = database.getConnection(); Statement create = connection.createStatement()) {
            create.execute("create table scheduled_tasks (task_name varchar(100), task_instance varchar(100), task_data blob, execution_time timestamp(6) with time zone, picked boolean, picked_by varchar(50), last_success timestamp(6) with time zone, last_failure timestamp(6) with time zone, consecutive_failures int, last_heartbeat timestamp(6) with time zone, version bigint, priority smallint, primary key (task_name, task_instance))");
        }
        RecurringTask<Void> round = Tasks.recurring("round", FixedDelay.of(Duration.ofMillis(500))).execute((instance, context) -> rounds.incrementAndGet());
        OneTimeTask<String> repair = Tasks.oneTime("repair", String.class).execute((instance, context) -> System.out.println(instance.getData()));
        scheduler = Scheduler.create(database, repair).startTasks(round).pollingInterval(Duration.ofMillis(200)).threads(4).build();
        scheduler.start();
        for (int at = 0; at < 600; at++) scheduler.schedule(repair.instance("repair-" + at, "tap in flat " + at), Instant.now().plus(Duration.ofHours(1 + at)));
        while (rounds.get() < 4) Thread.sleep(50);
    }
}
