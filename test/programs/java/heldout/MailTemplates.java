package heldout;

import com.github.jknack.handlebars.Handlebars;
import com.github.jknack.handlebars.Template;
import java.io.IOException;
import java.util.HashMap;
import java.util.Map;

/** All mails of a shop in all its languages, compiled by Handlebars when it starts; thousands of them have been written and sent. */
public class MailTemplates {
    private static final String[] LANGUAGES = {"de", "en", "es", "fr", "it", "nl", "pl", "pt"};

    private final Map<String, Template> templates = new HashMap<>();
    private long sent;

    MailTemplates() throws IOException {
        Handlebars handlebars = new Handlebars();
        for (String language : LANGUAGES)
            for (int mail = 0; mail < 30; mail++)
                templates.put(language + "/" + mail, handlebars.compileInline("(" + language + mail + ") Dear {{name}}, {{#if order}}your order {{order}} {{/if}}{{#each items}}{{this}}, {{/each}}".repeat(6)));
    }

    void send(String template, Map<String, Object> about) throws IOException {
        sent += templates.get(template).apply(about).length();
    }

    static MailTemplates shop;

    static void run() throws Exception {
        shop = new MailTemplates();
        for (int at = 0; at < 4_000; at++)
            shop.send(LANGUAGES[at % 8] + "/" + at % 30, Map.of("name", "customer " + at, "order", at, "items", new String[] {"a lamp", "a chair"}));
    }
}
