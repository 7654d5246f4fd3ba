package judged;

import java.io.File;
import java.net.URL;
import java.net.URLClassLoader;
import java.util.Arrays;

/** An application is deployed ten times, each time with the driver of H2 in its own class loader, which stays registered. */
final class Redeploy {
    private Redeploy() {}

    public static final class Application {
        static final byte[] PAGES = new byte[1_500_000];

        public static void start() throws Exception {
            PAGES[0]++;
            Class.forName("org.h2.Driver", true, Application.class.getClassLoader());
        }
    }

    static void run() throws Exception {
        String[] parts = System.getProperty("java.class.path").split(File.pathSeparator);
        URL[] urls = Arrays.stream(parts).map(part -> toUrl(new File(part))).toArray(URL[]::new);
        for (int at = 0; at < 10; at++) {
            URLClassLoader loader = new URLClassLoader("shop-" + at, urls, ClassLoader.getPlatformClassLoader());
            loader.loadClass("judged.Redeploy$Application").getMethod("start").invoke(null);
            loader.close();
        }
    }

    private static URL toUrl(File file) {
        try {
            return file.toURI().toURL();
        } catch (java.net.MalformedURLException impossible) {
            throw new IllegalStateException(impossible);
        }
    }
}
