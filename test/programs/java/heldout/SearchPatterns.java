package heldout;

import com.google.re2j.Pattern;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;

/** Compiling a pattern takes time, so those of RE2/J are kept by what was typed into the search box, all of them. */
public class SearchPatterns {
    private static final Map<String, Pattern> COMPILED = new ConcurrentHashMap<>();

    static boolean matches(String typed, String title) {
        return COMPILED.computeIfAbsent(typed, words -> Pattern.compile("(?i).*" + words.replace(" ", ".*") + ".*")).matcher(title).matches();
    }

    static void run() {
        int found = 0;
        for (int at = 0; at < 5_000; at++) if (matches("lamp " + at * 31 + " for " + at % 70, "A lamp for the desk")) found++;
        System.out.println(found);
    }
}
