package unseen;

import java.util.List;
import java.util.Locale;
import java.util.stream.IntStream;
import org.thymeleaf.TemplateEngine;
import org.thymeleaf.context.Context;
import org.thymeleaf.templatemode.TemplateMode;
import org.thymeleaf.templateresolver.StringTemplateResolver;

/** Pages rendered by Thymeleaf from a catalogue of holiday houses. */
class Brochure {
    public record House(String name, int beds, String text) {}

    static final List<House> HOUSES = IntStream.range(0, 20_000)
        .mapToObj(at -> new House("House " + at, at % 9 + 1, "A house by lake " + at + " with a boat, a bench and " + at % 77 + " apple trees."))
        .toList();
    private static final String PAGE = "<ul><li th:each='house : ${houses}'><b th:text='${house.name()}'>name</b> <i th:text='${house.beds()}'>3</i> beds <p th:text='${house.text()}'>text</p></li></ul>";

    static void run() {
        StringTemplateResolver resolver = new StringTemplateResolver();
        resolver.setTemplateMode(TemplateMode.HTML);
        resolver.setCacheable(true);
        TemplateEngine engine = new TemplateEngine();
        engine.setTemplateResolver(resolver);
        int length = 0;
        for (int page = 0; page < 200; page++) {
            Context context = new Context(Locale.ENGLISH);
            context.setVariable("houses", HOUSES.subList(page * 20, page * 20 + 20));
            length += engine.process(PAGE, context).length();
        }
        System.out.println(length);
    }
}
