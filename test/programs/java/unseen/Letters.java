package unseen;

import freemarker.cache.StringTemplateLoader;
import freemarker.template.Configuration;
import java.io.StringWriter;
import java.util.Map;

/** Every mail becomes a template of its own with its number for a name, since that was how to give Freemarker a string. */
class Letters {
    private final StringTemplateLoader loader = new StringTemplateLoader();
    private final Configuration configuration = new Configuration(Configuration.VERSION_2_3_34);

    Letters() {
        configuration.setTemplateLoader(loader);
        configuration.setCacheStorage(new freemarker.cache.MruCacheStorage(20, 20));
    }

    String write(long mail, String text) throws Exception {
        loader.putTemplate("mail-" + mail, text);
        StringWriter letter = new StringWriter();
        configuration.getTemplate("mail-" + mail).process(Map.of("mail", mail), letter);
        return letter.toString();
    }

    static Letters office;

    static void run() throws Exception {
        office = new Letters();
        for (long mail = 0; mail < 7_000; mail++) office.write(mail, "Dear customer, this is mail ${mail}. " + "We thank you for your patience. ".repeat(90) + mail);
    }
}
