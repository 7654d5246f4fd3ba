package heldout;

import com.google.common.collect.MapMaker;
import java.util.Map;

/** What a view shows is kept in a map with weak keys of Guava, so that it goes with its view; but what is shown knows its view. */
public class ViewModels {
    static final class View {
        final String title;
        final int[] pixels = new int[300];

        View(String title) {
            this.title = title;
        }
    }

    record Model(View view, String text) {
        void refresh() {
            view.pixels[0] = text.length();
        }
    }

    private static final Map<View, Model> MODELS = new MapMaker().weakKeys().makeMap();

    static void show(View view) {
        MODELS.computeIfAbsent(view, shown -> new Model(shown, "Text of " + shown.title)).refresh();
    }

    static void run() {
        for (int at = 0; at < 12_000; at++) show(new View("page " + at));
    }
}
