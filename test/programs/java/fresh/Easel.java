package fresh;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.WeakHashMap;

/** What an editor shows beside a drawing is kept weakly by the drawing. Its tools, two steps further on, listen to the drawing. */
public final class Easel {
    static final class Drawing {
        final short[] pixels = new short[1_200];
    }

    static final class Palette {
        final List<Tool> tools = new ArrayList<>();
    }

    record Tool(String name, Drawing listensTo) {}

    private static final Map<Drawing, Palette> PALETTES = new WeakHashMap<>();

    static void open(Drawing drawing) {
        Palette palette = PALETTES.computeIfAbsent(drawing, fresh -> new Palette());
        for (String name : new String[] {"brush", "pen", "rubber"}) palette.tools.add(new Tool(name, drawing));
    }

    static void run() {
        for (int at = 0; at < 9_000; at++) open(new Drawing());
    }
}
