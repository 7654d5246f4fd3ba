package heldout;

import java.util.Timer;
import java.util.TimerTask;

/** Each call to a partner sets an alarm for the case that no reply comes within the hour. It is cancelled by the reply, but stays with the timer, which looks at its next task only: a report. */
public class ReplyTimeouts {
    static final class Alarm extends TimerTask {
        private final byte[] request;

        Alarm(byte[] request) {
            this.request = request;
        }

        @Override
        public void run() {
            System.out.println("no reply to " + request.length + " bytes");
        }
    }

    private final Timer alarms = new Timer("reply-timeouts", true);

    private ReplyTimeouts() {
        TimerTask report = new TimerTask() {
            @Override
            public void run() {
                System.out.println("calls are made");
            }
        };
        alarms.schedule(report, 1_800_000, 1_800_000);
    }

    byte[] call(byte[] request) {
        Alarm alarm = new Alarm(request);
        alarms.schedule(alarm, 3_600_000);
        byte[] reply = new byte[request.length / 2];
        alarm.cancel();
        return reply;
    }

    static final ReplyTimeouts partner = new ReplyTimeouts();

    static void run() {
        long bytes = 0;
        for (int at = 0; at < 60_000; at++) bytes += partner.call(new byte[400 + at % 100]).length;
        System.out.println(bytes);
    }
}
