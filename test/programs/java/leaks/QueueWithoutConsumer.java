package leaks;

import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;

/** Mails wait for a sender that has ended; in the healthy twin it is still sending. */
public final class QueueWithoutConsumer {
    static final class Mail {
        final String recipient;
        final char[] body = new char[120];

        Mail(int number) {
            recipient = "user" + number + "@example.org";
        }
    }

    static final class MailSender {
        private final BlockingQueue<Mail> outbox = new LinkedBlockingQueue<>();
        private final boolean gaveUp;
        volatile int sent;

        MailSender(boolean gaveUp) {
            this.gaveUp = gaveUp;
            Thread thread = new Thread(this::send, "mail-sender");
            thread.setDaemon(true);
            thread.start();
        }

        private void send() {
            try {
                while (true) {
                    outbox.take();
                    sent++;
                    if (gaveUp) return;
                }
            } catch (InterruptedException stop) {
                Thread.currentThread().interrupt();
            }
        }
    }

    private static MailSender sender;

    static void run(boolean leak) throws InterruptedException {
        sender = new MailSender(leak);
        for (int i = 0; i < 20_000; i++) sender.outbox.put(new Mail(i));
        while (sender.sent < (leak ? 1 : 20_000)) Thread.sleep(5);
    }

    public static void main(String[] arguments) throws Exception {
        run(arguments[0].equals("leak"));
        Dump.write(arguments[1]);
    }
}
