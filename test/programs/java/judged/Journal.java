package judged;

import ch.qos.logback.classic.AsyncAppender;
import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.LoggerContext;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.AppenderBase;
import java.util.concurrent.CountDownLatch;
import org.slf4j.LoggerFactory;
import org.slf4j.MDC;

/** Ten workers log through Logback's asynchronous appender, which keeps up with them. In good health. */
final class Journal {
    private Journal() {}

    static final class Counter extends AppenderBase<ILoggingEvent> {
        private long written;

        @Override
        protected void append(ILoggingEvent event) {
            written += event.getFormattedMessage().length();
        }
    }

    static void run() throws Exception {
        LoggerContext context = (LoggerContext) LoggerFactory.getILoggerFactory();
        Counter counter = new Counter();
        counter.setContext(context);
        counter.start();
        AsyncAppender async = new AsyncAppender();
        async.setContext(context);
        async.setQueueSize(2_048);
        async.addAppender(counter);
        async.start();
        Logger logger = context.getLogger(org.slf4j.Logger.ROOT_LOGGER_NAME);
        logger.detachAndStopAllAppenders();
        logger.addAppender(async);
        CountDownLatch working = new CountDownLatch(10);
        for (int worker = 0; worker < 10; worker++) {
            Run.start("worker-" + worker, () -> {
                byte[] desk = new byte[1_000_000];
                for (int at = 0; ; at++) {
                    MDC.put("request", "" + at);
                    logger.info("request {} of {} bytes", at, desk.length);
                    MDC.remove("request");
                    if (at == 2_000) working.countDown();
                }
            });
        }
        Run.await(working);
    }
}
