package leaks;

import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;

/** Every opened page subscribes to changes; only in the healthy twin does closing it unsubscribe. */
public final class ListenersNeverRemoved {
    interface ChangeListener {
        void changed(String what);
    }

    static final class Settings {
        private final List<ChangeListener> listeners = new CopyOnWriteArrayList<>();

        void add(ChangeListener listener) {
            listeners.add(listener);
        }

        void remove(ChangeListener listener) {
            listeners.remove(listener);
        }
    }

    static final class Page implements ChangeListener {
        final int[] rendered = new int[1024];
        int repaints;

        @Override
        public void changed(String what) {
            repaints++;
        }
    }

    private static Settings settings;

    static void run(boolean leak) {
        settings = new Settings();
        for (int i = 0; i < 2_000; i++) {
            Page page = new Page();
            settings.add(page);
            if (!leak) settings.remove(page);
        }
    }

    public static void main(String[] arguments) throws Exception {
        run(arguments[0].equals("leak"));
        Dump.write(arguments[1]);
    }
}
