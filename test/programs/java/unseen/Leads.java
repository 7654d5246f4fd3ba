package unseen;

import java.util.ArrayList;
import java.util.List;
import org.jsoup.Jsoup;
import org.jsoup.nodes.Document;
import org.jsoup.nodes.Element;

/** Keeps the heading of each page that was read: an element of jsoup, by which the whole page is kept. */
class Leads {
    private final List<Element> headings = new ArrayList<>();

    void read(String page) {
        Document document = Jsoup.parse(page);
        headings.add(document.selectFirst("h1"));
    }

    static final Leads reader = new Leads();

    static void run() {
        StringBuilder body = new StringBuilder();
        for (int at = 0; at < 120; at++) body.append("<p class='text'>Paragraph ").append(at).append(" of <b>much</b> text</p>");
        for (int page = 0; page < 500; page++) reader.read("<html><body><h1>Page " + page + "</h1>" + body + "</body></html>");
        System.out.println(reader.headings.get(7).text());
    }
}
