package fresh;

import org.apache.commons.pool2.BaseKeyedPooledObjectFactory;
import org.apache.commons.pool2.PooledObject;
import org.apache.commons.pool2.impl.DefaultPooledObject;
import org.apache.commons.pool2.impl.GenericKeyedObjectPool;

/** Renderers of maps are expensive, so a keyed pool of Commons Pool lends them: six a style at most. Twelve threads draw while the program is dumped. */
public class Rasters {
    static final class Renderer {
        final int[] canvas = new int[256 * 1024];
        long drawn;
    }

    static final class Factory extends BaseKeyedPooledObjectFactory<String, Renderer> {
        @Override
        public Renderer create(String style) {
            return new Renderer();
        }

        @Override
        public PooledObject<Renderer> wrap(Renderer renderer) {
            return new DefaultPooledObject<>(renderer);
        }
    }

    private static final GenericKeyedObjectPool<String, Renderer> RENDERERS = new GenericKeyedObjectPool<>(new Factory());

    static void draw(String style) {
        try {
            Renderer renderer = RENDERERS.borrowObject(style);
            try {
                for (int at = 0; at < renderer.canvas.length; at += 64) renderer.canvas[at]++;
                renderer.drawn++;
            } finally {
                RENDERERS.returnObject(style, renderer);
            }
        } catch (Exception failure) {
            throw new IllegalStateException(failure);
        }
    }

    static void run() throws Exception {
        RENDERERS.setMaxTotalPerKey(6);
        RENDERERS.setMaxIdlePerKey(6);
        for (int at = 0; at < 12; at++) {
            String style = "style-" + at % 4;
            Thread drawing = new Thread(() -> {
                while (true) draw(style);
            }, "drawing-" + at);
            drawing.setDaemon(true);
            drawing.start();
        }
        Thread.sleep(1_500);
    }
}
