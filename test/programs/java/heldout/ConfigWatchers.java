package heldout;

import java.io.File;
import org.apache.commons.io.monitor.FileAlterationListenerAdaptor;
import org.apache.commons.io.monitor.FileAlterationMonitor;
import org.apache.commons.io.monitor.FileAlterationObserver;

/** Each conversation with a client reads its settings again when their file changes, and goes on listening after its end. */
public class ConfigWatchers {
    private static final FileAlterationObserver SETTINGS = new FileAlterationObserver(new File(System.getProperty("java.io.tmpdir"), "settings-of-the-chat"));

    static final class Conversation extends FileAlterationListenerAdaptor {
        private final String client;
        private final char[] draft = new char[600];
        private String greeting = "Hello";

        Conversation(String client) {
            this.client = client;
            SETTINGS.addListener(this);
        }

        @Override
        public void onFileChange(File file) {
            greeting = file.getName();
        }

        void say() {
            String words = greeting + ", " + client;
            words.getChars(0, words.length(), draft, 0);
        }
    }

    static void run() throws Exception {
        FileAlterationMonitor monitor = new FileAlterationMonitor(500, SETTINGS);
        monitor.start();
        for (int at = 0; at < 9_000; at++) new Conversation("client " + at).say();
    }
}
