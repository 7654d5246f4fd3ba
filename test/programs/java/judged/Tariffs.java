package judged;

import groovy.lang.Binding;
import groovy.lang.GroovyShell;
import groovy.lang.Script;
import java.util.LinkedHashMap;
import java.util.Map;

/** Eighty tariffs as Groovy scripts, each compiled once and run often. In good health. */
final class Tariffs {
    private Tariffs() {}

    static final Map<String, Script> SCRIPTS = new LinkedHashMap<>();

    static void run() {
        GroovyShell shell = new GroovyShell();
        for (int at = 0; at < 80; at++) SCRIPTS.put("tariff " + at, shell.parse("def base = " + at + "\nbase * weight + [1, 2, 3].sum { it * weight }"));
        for (int round = 0; round < 50; round++) {
            for (Script script : SCRIPTS.values()) {
                script.setBinding(new Binding(Map.of("weight", round)));
                script.run();
            }
        }
    }
}
