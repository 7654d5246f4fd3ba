package unseen;

import java.util.Map;
import org.apache.logging.log4j.LogManager;
import org.apache.logging.log4j.Logger;
import org.apache.logging.log4j.ThreadContext;
import org.apache.logging.log4j.core.LoggerContext;
import org.apache.logging.log4j.core.appender.AbstractAppender;
import org.apache.logging.log4j.core.config.Property;
import org.apache.logging.log4j.core.layout.PatternLayout;

/** Log4j with asynchronous loggers, whose ring is drained before the dump. */
public class Tracks {
    private static volatile long bytes;

    static class Count extends AbstractAppender {
        Count() {
            super("count", null, PatternLayout.newBuilder().withPattern("%d %X{train} %m%n").build(), false, Property.EMPTY_ARRAY);
        }

        @Override
        public void append(org.apache.logging.log4j.core.LogEvent event) {
            bytes += getLayout().toByteArray(event).length;
        }
    }

    static void run() throws Exception {
        System.setProperty("log4j2.contextSelector", "org.apache.logging.log4j.core.async.AsyncLoggerContextSelector");
        System.setProperty("log4j2.asyncLoggerRingBufferSize", "16384");
        LoggerContext context = (LoggerContext) LogManager.getContext(false);
        Count count = new Count();
        count.start();
        context.getConfiguration().getRootLogger().addAppender(count, null, null);
        context.getConfiguration().getRootLogger().removeAppender("DefaultConsole-2");
        context.getConfiguration().getRootLogger().setLevel(org.apache.logging.log4j.Level.INFO);
        context.updateLoggers();
        Logger log = LogManager.getLogger(Tracks.class);
        for (int train = 0; train < 30_000; train++) {
            ThreadContext.putAll(Map.of("train", "ICE " + train));
            log.info("passed signal {} at {} with {} cars", train % 300, train * 11, train % 14);
            ThreadContext.clearMap();
        }
        Thread.sleep(800);
        System.out.println(bytes);
    }
}
