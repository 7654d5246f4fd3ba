package judged;

import ch.qos.logback.classic.AsyncAppender;
import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.LoggerContext;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.AppenderBase;
import java.util.concurrent.CountDownLatch;
import org.slf4j.LoggerFactory;

/** Logback's asynchronous appender has a long queue, and the appender behind it waits for a disk that does not answer. */
final class Auditor {
    private Auditor() {}

    static final CountDownLatch THERE = new CountDownLatch(1);

    static final class Tape extends AppenderBase<ILoggingEvent> {
        @Override
        protected void append(ILoggingEvent event) {
            THERE.countDown();
            try {
                new CountDownLatch(1).await(); // wanted
            } catch (InterruptedException interrupted) {
                Thread.currentThread().interrupt();
            }
        }
    }

    static void run() throws Exception {
        LoggerContext context = (LoggerContext) LoggerFactory.getILoggerFactory();
        Tape tape = new Tape();
        tape.setContext(context);
        tape.start();
        AsyncAppender async = new AsyncAppender();
        async.setContext(context);
        async.setQueueSize(1_000_000);
        async.setDiscardingThreshold(0);
        async.addAppender(tape);
        async.start();
        Logger logger = context.getLogger(org.slf4j.Logger.ROOT_LOGGER_NAME);
        logger.detachAndStopAllAppenders();
        logger.addAppender(async);
        for (int at = 0; at < 50_000; at++) logger.info("booked {} for {}", at, "customer " + at);
        Run.await(THERE);
    }
}
