package fresh;

import java.awt.image.BufferedImage;
import java.util.Map;
import org.springframework.util.ConcurrentReferenceHashMap;
import org.springframework.util.ConcurrentReferenceHashMap.ReferenceType;

/** A desktop program for slides; previews are kept softly in a map of Spring's, and go when memory is needed. */
public class Slides {
    private final Map<Integer, BufferedImage> previews = new ConcurrentReferenceHashMap<>(64, ReferenceType.SOFT);
    private final int[][] deck = new int[900][];

    BufferedImage preview(int slide) {
        return previews.computeIfAbsent(slide, number -> new BufferedImage(160, 120, BufferedImage.TYPE_INT_ARGB));
    }

    static Slides window;

    static void run() {
        window = new Slides();
        for (int slide = 0; slide < window.deck.length; slide++) {
            window.deck[slide] = new int[800];
            window.preview(slide).setRGB(slide % 160, slide % 120, -1);
        }
    }
}
