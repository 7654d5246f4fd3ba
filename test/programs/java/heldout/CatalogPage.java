package heldout;

import com.github.jknack.handlebars.Handlebars;
import com.github.jknack.handlebars.Template;
import java.io.IOException;
import java.util.Iterator;
import java.util.Map;

/** A page of the catalogue for a customer who may see everything, as one text: nobody had thought of more than a hundred articles. */
public class CatalogPage {
    private final Handlebars handlebars = new Handlebars();

    String page(String customer, Iterable<String> articles) throws IOException {
        Template template = handlebars.compileInline("<h1>For {{customer}}</h1>{{#each articles}}<div class=\"article\"><a href=\"/{{this}}\">{{this}}</a></div>{{/each}}");
        String page = template.apply(Map.of("customer", customer, "articles", articles)); // wanted
        return page.strip();
    }

    private static Iterator<String> articles() {
        return new Iterator<>() {
            private int next;

            @Override
            public boolean hasNext() {
                return next < 50_000_000;
            }

            @Override
            public String next() {
                return "article-" + next++ + "-with-a-long-name-that-search-engines-like";
            }
        };
    }

    static void run() throws IOException {
        System.out.println(new CatalogPage().page("the auditor", CatalogPage::articles).length());
    }
}
