package judged;

import jakarta.servlet.http.HttpServlet;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import org.eclipse.jetty.server.Server;
import org.eclipse.jetty.server.ServerConnector;
import org.eclipse.jetty.servlet.ServletContextHandler;
import org.eclipse.jetty.servlet.ServletHolder;

/** A Jetty whose sessions never time out: every visitor who comes without a cookie leaves one behind. */
final class Hotel {
    private Hotel() {}

    static final class Reception extends HttpServlet {
        @Override
        protected void doGet(HttpServletRequest request, HttpServletResponse response) throws IOException {
            request.getSession().setAttribute("wishes", new byte[2_000]);
            response.getWriter().print("welcome");
        }
    }

    static final Server SERVER = new Server(0);

    static void run() throws Exception {
        ServletContextHandler context = new ServletContextHandler(ServletContextHandler.SESSIONS);
        context.addServlet(new ServletHolder(new Reception()), "/*");
        context.getSessionHandler().setMaxInactiveInterval(-1);
        SERVER.setHandler(context);
        SERVER.start();
        int port = ((ServerConnector) SERVER.getConnectors()[0]).getLocalPort();
        Load.start(port, 20, 400, at -> at <= 400 ? "/leave" : null);
    }
}
