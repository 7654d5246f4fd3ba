package leaks;

import java.io.File;
import java.net.URL;
import java.net.URLClassLoader;
import java.util.ArrayList;
import java.util.List;

/** An application is deployed again and again; a registry of the server keeps something of every deployment. */
public final class ClassLoaderLeak {
    /** Loads the plug-in itself instead of asking its parent, as servlet containers do. */
    static final class DeploymentLoader extends URLClassLoader {
        DeploymentLoader(URL[] urls, ClassLoader parent) {
            super(urls, parent);
        }

        @Override
        protected Class<?> loadClass(String name, boolean resolve) throws ClassNotFoundException {
            if (!name.startsWith("leaks.ClassLoaderLeak$Plugin")) return super.loadClass(name, resolve);
            Class<?> known = findLoadedClass(name);
            return known != null ? known : findClass(name);
        }
    }

    public static final class PluginState {
        static final byte[] templates = new byte[700 * 1024];
    }

    public static final class PluginDriver implements Runnable {
        final Object state = new PluginState();

        @Override
        public void run() {}
    }

    static final class DriverRegistry {
        private static final List<Runnable> drivers = new ArrayList<>();
    }

    static void run(boolean leak) throws Exception {
        URL[] urls = {new File(System.getProperty("java.class.path")).toURI().toURL()};
        for (int i = 0; i < 8; i++) {
            DeploymentLoader loader = new DeploymentLoader(urls, ClassLoaderLeak.class.getClassLoader());
            Class<?> type = loader.loadClass("leaks.ClassLoaderLeak$PluginDriver");
            Runnable driver = (Runnable) type.getDeclaredConstructor().newInstance();
            if (!leak) DriverRegistry.drivers.clear();
            DriverRegistry.drivers.add(driver);
        }
    }

    public static void main(String[] arguments) throws Exception {
        run(arguments[0].equals("leak"));
        Dump.write(arguments[1]);
    }
}
