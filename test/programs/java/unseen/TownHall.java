package unseen;

import jakarta.servlet.http.HttpServlet;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import jakarta.servlet.http.HttpSession;
import java.io.IOException;
import java.nio.file.Files;
import java.util.ArrayList;
import java.util.List;
import org.apache.catalina.Context;
import org.apache.catalina.startup.Tomcat;

/** Citizens fill in forms over several pages of an embedded Tomcat. Who stays away for twenty minutes is logged out. */
class TownHall {
    static void run() throws Exception {
        Tomcat tomcat = new Tomcat();
        tomcat.setBaseDir(Files.createTempDirectory("town-hall").toString());
        tomcat.setPort(0);
        Context context = tomcat.addContext("", null);
        context.setSessionTimeout(20);
        Tomcat.addServlet(context, "forms", new Forms());
        context.addServletMappingDecoded("/*", "forms");
        tomcat.start();
        int port = tomcat.getConnector().getLocalPort();
        Load.visit(port, 250, 12, (who, at) -> "/permit/page" + at);
    }

    static class Forms extends HttpServlet {
        @Override
        protected void doGet(HttpServletRequest request, HttpServletResponse response) throws IOException {
            HttpSession session = request.getSession(true);
            @SuppressWarnings("unchecked")
            List<char[]> pages = (List<char[]>) session.getAttribute("pages");
            if (pages == null) session.setAttribute("pages", pages = new ArrayList<>());
            if (pages.size() == 8) pages.clear();
            pages.add(new char[2_000]);
            session.setAttribute("pages", pages);
            response.getWriter().printf("page %d of %s%n", pages.size(), request.getPathInfo());
        }
    }
}
