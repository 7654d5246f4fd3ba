import java.io.File;
import java.net.URL;
import java.net.URLClassLoader;
import java.util.ArrayList;
import java.util.List;

/** A server with two applications, one of which has a plug-in: a tree of class loaders below the one of the program. */
public final class LoaderTree {
    /** Loads its own copy of what its parents have, as servlet containers do. */
    static final class DeploymentLoader extends URLClassLoader {
        DeploymentLoader(URL[] urls, ClassLoader parent) {
            super(urls, parent);
        }

        @Override
        protected Class<?> loadClass(String name, boolean resolve) throws ClassNotFoundException {
            if (!name.equals("LoaderTree$Servlet")) return super.loadClass(name, resolve);
            Class<?> known = findLoadedClass(name);
            return known != null ? known : findClass(name);
        }
    }

    static final class PluginLoader extends URLClassLoader {
        PluginLoader(URL[] urls, ClassLoader parent) {
            super(urls, parent);
        }

        Class<?> own(String name) throws ClassNotFoundException {
            return findClass(name);
        }
    }

    public static final class Servlet {}

    public static final class Plugin {}

    private static final List<Object> deployed = new ArrayList<>();

    public static void main(String[] arguments) throws Exception {
        URL[] urls = {new File(System.getProperty("java.class.path")).toURI().toURL()};
        for (int i = 0; i < 2; i++) {
            DeploymentLoader application = new DeploymentLoader(urls, LoaderTree.class.getClassLoader());
            deployed.add(application.loadClass("LoaderTree$Servlet").getDeclaredConstructor().newInstance());
            if (i == 1) continue;
            PluginLoader plugin = new PluginLoader(urls, application);
            deployed.add(plugin.own("LoaderTree$Plugin").getDeclaredConstructor().newInstance());
        }
        System.out.println("READY");
        System.in.read();
    }
}
