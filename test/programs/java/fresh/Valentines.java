package fresh;

import com.github.mustachejava.DefaultMustacheFactory;
import com.github.mustachejava.MustacheFactory;
import java.io.Reader;
import java.io.StringReader;
import java.io.StringWriter;
import java.util.Map;

/** Each lover writes a text of his own with {{name}} in it, which Mustache compiles and keeps under the number of the letter. */
public class Valentines {
    private final MustacheFactory factory = new DefaultMustacheFactory(Valentines::read);

    /** Stands for the table of letters. */
    private static Reader read(String letter) {
        return new StringReader("Dear {{name}}, I thought of you when I wrote " + letter + ". {{#name}}Yours{{/name}}");
    }

    String letter(long number, String name) {
        StringWriter letter = new StringWriter();
        factory.compile("letter-" + number).execute(letter, Map.of("name", name));
        return letter.toString();
    }

    static final Valentines office = new Valentines();

    static void run() {
        for (int number = 0; number < 8_000; number++) office.letter(number, "Love " + number);
    }
}
