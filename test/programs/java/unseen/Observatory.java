package unseen;

import jakarta.servlet.AsyncContext;
import jakarta.servlet.http.HttpServlet;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import org.eclipse.jetty.ee10.servlet.ServletContextHandler;
import org.eclipse.jetty.ee10.servlet.ServletHolder;
import org.eclipse.jetty.server.Server;
import org.eclipse.jetty.server.ServerConnector;

/** Jetty 12 with asynchronous answers about a map of the sky that stays in memory. */
class Observatory {
    static final float[][] sky = new float[1_500][4_000];

    static final class Telescope extends HttpServlet {
        private final ExecutorService mounts = Executors.newFixedThreadPool(3, task -> {
            Thread mount = new Thread(task, "mount");
            mount.setDaemon(true);
            return mount;
        });

        @Override
        protected void doGet(HttpServletRequest request, HttpServletResponse response) {
            AsyncContext later = request.startAsync();
            later.setTimeout(10_000);
            mounts.execute(() -> {
                try {
                    float sum = 0;
                    for (float bright : sky[Math.abs(request.getPathInfo().hashCode()) % sky.length]) sum += bright;
                    response.getWriter().println(sum);
                } catch (java.io.IOException gone) {
                    log("visitor left", gone);
                } finally {
                    later.complete();
                }
            });
        }
    }

    static void run() throws Exception {
        for (float[] row : sky) for (int at = 0; at < row.length; at++) row[at] = (at * 7 % 13) / 13f;
        Server server = new Server(0);
        ServletContextHandler context = new ServletContextHandler("/");
        ServletHolder holder = new ServletHolder(new Telescope());
        holder.setAsyncSupported(true);
        context.addServlet(holder, "/*");
        server.setHandler(context);
        server.start();
        int port = ((ServerConnector) server.getConnectors()[0]).getLocalPort();
        Load.visit(port, 16, 150, (who, at) -> "/ngc" + who * at);
    }
}
