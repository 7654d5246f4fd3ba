package fresh;

import java.time.Instant;
import java.util.concurrent.ScheduledFuture;
import org.springframework.scheduling.concurrent.ThreadPoolTaskScheduler;

/** A ride that is not finished after half a day raises an alarm. Rides take minutes, and their alarms are cancelled, but not removed. */
public class Seatbelt {
    private final ThreadPoolTaskScheduler alarms = new ThreadPoolTaskScheduler();

    private Seatbelt() {
        alarms.setThreadNamePrefix("alarm-");
        alarms.initialize();
    }

    void ride(int number) {
        byte[] route = new byte[600];
        ScheduledFuture<?> alarm = alarms.schedule(() -> System.out.println("Where is " + number + ", " + route.length), Instant.now().plusSeconds(43_200));
        route[number % 600]++;
        alarm.cancel(false);
    }

    static Seatbelt park;

    static void run() {
        park = new Seatbelt();
        for (int number = 0; number < 120_000; number++) park.ride(number);
    }
}
