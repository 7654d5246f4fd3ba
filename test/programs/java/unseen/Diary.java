package unseen;

import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import org.apache.logging.log4j.Level;
import org.apache.logging.log4j.LogManager;
import org.apache.logging.log4j.Logger;
import org.apache.logging.log4j.core.LogEvent;
import org.apache.logging.log4j.core.LoggerContext;
import org.apache.logging.log4j.core.appender.AbstractAppender;
import org.apache.logging.log4j.core.config.Property;

/** An appender that was written for a test keeps log events in memory. It came along to production. */
public class Diary {
    static class Remembering extends AbstractAppender {
        final List<LogEvent> events = Collections.synchronizedList(new ArrayList<>());

        Remembering() {
            super("remembering", null, null, true, Property.EMPTY_ARRAY);
        }

        @Override
        public void append(LogEvent event) {
            events.add(event.toImmutable());
        }
    }

    static void run() {
        LoggerContext context = (LoggerContext) LogManager.getContext(false);
        Remembering appender = new Remembering();
        appender.start();
        context.getConfiguration().addAppender(appender);
        context.getConfiguration().getRootLogger().addAppender(appender, Level.INFO, null);
        context.getConfiguration().getRootLogger().removeAppender("DefaultConsole-2");
        context.getConfiguration().getRootLogger().setLevel(Level.INFO);
        context.updateLoggers();
        Logger log = LogManager.getLogger(Diary.class);
        for (int day = 0; day < 60_000; day++) log.info("day {}: got up at {}, it was {} degrees, wrote {} lines", day, day % 9, day % 31, day % 12);
    }
}
