package judged;

import jakarta.servlet.http.HttpServlet;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import jakarta.servlet.http.HttpSession;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import org.eclipse.jetty.server.Server;
import org.eclipse.jetty.server.ServerConnector;
import org.eclipse.jetty.servlet.ServletContextHandler;
import org.eclipse.jetty.servlet.ServletHolder;

/** A Jetty whose customers come, fill a basket and leave; who goes without a word is forgotten after ten minutes. In good health. */
final class Bookshop {
    private Bookshop() {}

    record Book(String title, byte[] cover) {}

    static final class Shop extends HttpServlet {
        @Override
        protected void doGet(HttpServletRequest request, HttpServletResponse response) throws IOException {
            HttpSession session = request.getSession();
            if (request.getRequestURI().equals("/leave")) session.invalidate();
            else {
                List<Book> basket = basketOf(session);
                basket.add(new Book("Book " + basket.size(), new byte[1_500]));
            }
            response.getWriter().print("thank you");
        }

        @SuppressWarnings("unchecked")
        private static List<Book> basketOf(HttpSession session) {
            List<Book> basket = (List<Book>) session.getAttribute("basket");
            if (basket == null) session.setAttribute("basket", basket = new ArrayList<>());
            return basket;
        }
    }

    static final Server SERVER = new Server(0);

    static void run() throws Exception {
        ServletContextHandler context = new ServletContextHandler(ServletContextHandler.SESSIONS);
        context.addServlet(new ServletHolder(new Shop()), "/*");
        context.getSessionHandler().setMaxInactiveInterval(600);
        SERVER.setHandler(context);
        SERVER.start();
        int port = ((ServerConnector) SERVER.getConnectors()[0]).getLocalPort();
        // Every visitor of a client takes five books, then the client is the next visitor.
        Load.start(port, 30, 360, at -> at % 6 < 5 ? "/book" : at % 4 == 1 ? "/away" : "/leave");
    }
}
