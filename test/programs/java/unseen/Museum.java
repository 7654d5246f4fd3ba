package unseen;

import jakarta.servlet.http.HttpServlet;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import java.nio.file.Files;
import org.apache.catalina.Context;
import org.apache.catalina.startup.Tomcat;

/** Crawlers without cookies get a session with every request, and somebody set sessions never to end. */
public class Museum extends HttpServlet {
    static void run() throws Exception {
        Tomcat tomcat = new Tomcat();
        tomcat.setBaseDir(Files.createTempDirectory("museum").toString());
        tomcat.setPort(0);
        Context context = tomcat.addContext("", null);
        Tomcat.addServlet(context, "rooms", new Museum());
        context.addServletMappingDecoded("/*", "rooms");
        tomcat.start();
        Load.visit(tomcat.getConnector().getLocalPort(), 2_500, 1, (who, at) -> "/room/" + who);
    }

    @Override
    protected void doGet(HttpServletRequest request, HttpServletResponse response) throws IOException {
        var session = request.getSession();
        session.setMaxInactiveInterval(-1);
        session.setAttribute("basket", new int[3_000]);
        response.getWriter().println("You are in " + request.getPathInfo());
    }
}
