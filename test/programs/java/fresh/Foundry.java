package fresh;

import java.net.URL;
import java.net.URLClassLoader;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;

/** A plug-in is loaded anew whenever its jar changes; each time it leaves something to be closed with the program, and with that its class loader. */
public class Foundry {
    private final List<Runnable> atTheEnd = new CopyOnWriteArrayList<>();

    /** Loaded by a class loader of its own. */
    public static class Mould implements Runnable {
        static final int[][] SHAPES = new int[100][3_000];

        @Override
        public void run() {
            SHAPES[0][0]++;
        }
    }

    void reload() throws Exception {
        URL place = Foundry.class.getProtectionDomain().getCodeSource().getLocation();
        try (URLClassLoader loader = new URLClassLoader("plug-in", new URL[] {place}, ClassLoader.getPlatformClassLoader())) {
            Runnable mould = (Runnable) loader.loadClass("fresh.Foundry$Mould").getConstructor().newInstance();
            mould.run();
            atTheEnd.add(mould);
        }
    }

    static final Foundry foundry = new Foundry();

    static void run() throws Exception {
        for (int time = 0; time < 15; time++) foundry.reload();
    }
}
