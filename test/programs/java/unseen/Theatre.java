package unseen;

import java.io.InputStream;
import java.sql.Connection;
import java.sql.Driver;
import java.sql.DriverManager;
import java.sql.DriverPropertyInfo;
import java.util.Properties;
import java.util.logging.Logger;

/** Each evening's show is deployed in a class loader of its own. Its database driver registers itself and is never taken back. */
public class Theatre {
    /** Part of the show that is deployed. */
    public static class ShowDriver implements Driver, Runnable {
        static final byte[] SCENERY = new byte[700_000];

        @Override
        public void run() {
            try {
                DriverManager.registerDriver(this);
            } catch (java.sql.SQLException refused) {
                throw new IllegalStateException(refused);
            }
        }

        @Override public Connection connect(String url, Properties properties) { return null; }
        @Override public boolean acceptsURL(String url) { return url.startsWith("jdbc:show:") && SCENERY.length > 0; }
        @Override public DriverPropertyInfo[] getPropertyInfo(String url, Properties properties) { return new DriverPropertyInfo[0]; }
        @Override public int getMajorVersion() { return 1; }
        @Override public int getMinorVersion() { return 0; }
        @Override public boolean jdbcCompliant() { return false; }
        @Override public Logger getParentLogger() { return null; }
    }

    static class ShowLoader extends ClassLoader {
        final String show;

        ShowLoader(String show) {
            super(Theatre.class.getClassLoader());
            this.show = show;
        }

        @Override
        protected Class<?> loadClass(String name, boolean resolve) throws ClassNotFoundException {
            if (!name.startsWith("unseen.Theatre$ShowDriver")) return super.loadClass(name, resolve);
            Class<?> loaded = findLoadedClass(name);
            if (loaded != null) return loaded;
            try (InputStream in = getResourceAsStream(name.replace('.', '/') + ".class")) {
                byte[] bytes = in.readAllBytes();
                return defineClass(name, bytes, 0, bytes.length);
            } catch (java.io.IOException missing) {
                throw new ClassNotFoundException(name, missing);
            }
        }
    }

    static void run() throws Exception {
        for (int evening = 0; evening < 50; evening++) {
            ShowLoader loader = new ShowLoader("show of day " + evening);
            ((Runnable) loader.loadClass("unseen.Theatre$ShowDriver").getDeclaredConstructor().newInstance()).run();
        }
    }
}
