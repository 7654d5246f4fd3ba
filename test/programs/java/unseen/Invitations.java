package unseen;

import freemarker.cache.StringTemplateLoader;
import freemarker.template.Configuration;
import freemarker.template.Template;
import java.io.StringWriter;
import java.util.Map;

/** Eighty long letters in Freemarker, which keeps them parsed. */
final class Invitations {
    private final Configuration configuration = new Configuration(Configuration.VERSION_2_3_34);

    Invitations() {
        StringTemplateLoader letters = new StringTemplateLoader();
        for (int at = 0; at < 80; at++) letters.putTemplate("letter-" + at, "Dear ${name},\n<#if married>both of you<#else>you</#if> are invited.\n<#list dates as date>on ${date}\n</#list>".repeat(40));
        configuration.setTemplateLoader(letters);
    }

    int write(int letter, String name) throws Exception {
        Template template = configuration.getTemplate("letter-" + letter);
        StringWriter text = new StringWriter();
        template.process(Map.of("name", name, "married", letter % 2 == 0, "dates", new String[] {"Monday", "Friday"}), text);
        return text.getBuffer().length();
    }

    static Invitations office;

    static void run() throws Exception {
        office = new Invitations();
        long written = 0;
        for (int at = 0; at < 2_000; at++) written += office.write(at % 80, "guest " + at);
        System.out.println(written);
    }
}
