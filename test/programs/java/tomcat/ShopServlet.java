import jakarta.servlet.ServletConfig;
import jakarta.servlet.http.HttpServlet;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import jakarta.servlet.http.HttpSession;
import java.io.IOException;
import java.text.SimpleDateFormat;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Date;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;

/**
 * A shop in good health, as applications are: a bounded cache, a catalogue that is read once, sessions with a basket,
 * a formatter per thread, a pool that works off its queue.
 */
public final class ShopServlet extends HttpServlet {
    private static final int CACHED = 500;
    private static final ThreadLocal<SimpleDateFormat> FORMAT = ThreadLocal.withInitial(() -> new SimpleDateFormat("yyyy-MM-dd HH:mm:ss"));

    /** Everything that is for sale: big, and never bigger. */
    private final Map<String, Article> catalogue = new ConcurrentHashMap<>();
    private final Map<String, String> pages = Collections.synchronizedMap(new LinkedHashMap<String, String>(64, 0.75f, true) {
        @Override
        protected boolean removeEldestEntry(Map.Entry<String, String> eldest) {
            return size() > CACHED;
        }
    });
    private final ExecutorService mails = Executors.newFixedThreadPool(2);

    static final class Article {
        final String number;
        final String name;
        final long cents;

        Article(String number, String name, long cents) {
            this.number = number;
            this.name = name;
            this.cents = cents;
        }
    }

    @Override
    public void init(ServletConfig config) {
        for (int i = 0; i < 3_000; i++) catalogue.put("A" + i, new Article("A" + i, "Article number " + i, 100L * i));
    }

    @Override
    protected void doGet(HttpServletRequest request, HttpServletResponse response) throws IOException {
        HttpSession session = request.getSession();
        synchronized (session) {
            List<Article> basket = (List<Article>) session.getAttribute("basket");
            if (basket == null) session.setAttribute("basket", basket = new ArrayList<>());
            String number = String.valueOf(request.getParameter("article"));
            Article article = catalogue.get(number);
            if (article != null && basket.size() < 10) basket.add(article);
            String page = pages.computeIfAbsent(number, each -> "<p>" + each + "</p>".repeat(20));
            mails.submit(() -> page.hashCode());
            response.getWriter().println(page + FORMAT.get().format(new Date()) + basket.size());
        }
    }

    @Override
    public void destroy() {
        mails.shutdown();
    }
}
