package fresh;

import io.pebbletemplates.pebble.PebbleEngine;
import io.pebbletemplates.pebble.loader.MemoryLoader;
import java.io.StringWriter;
import java.io.Writer;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/** Statements of accounts from seventy templates of Pebble, compiled once; the customers of the day are in memory. */
public final class Statements {
    public record Customer(String name, String street, int[] balanceByDay) {}

    private final PebbleEngine engine;
    private final List<Customer> ofToday = new ArrayList<>();

    private Statements() {
        MemoryLoader templates = new MemoryLoader();
        for (int at = 0; at < 70; at++)
            templates.addTemplate("kind-" + at, "{% if customer.name is not empty %}Dear {{ customer.name }},{% for day in customer.balanceByDay %} {{ day }}{% endfor %}{% endif %} kind " + at);
        engine = new PebbleEngine.Builder().loader(templates).build();
        for (int at = 0; at < 12_000; at++) ofToday.add(new Customer("Customer " + at, "Street " + at % 700, new int[120]));
    }

    String write(int at) throws Exception {
        Writer out = new StringWriter();
        engine.getTemplate("kind-" + at % 70).evaluate(out, Map.of("customer", ofToday.get(at)));
        return out.toString();
    }

    static Statements office;

    static void run() throws Exception {
        office = new Statements();
        for (int at = 0; at < 2_000; at++) office.write(at);
    }
}
