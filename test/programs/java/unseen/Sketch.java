package unseen;

import javax.swing.undo.AbstractUndoableEdit;
import javax.swing.undo.UndoManager;

/** A drawing program that can undo without a limit; each edit has a copy of the area that it covers. */
class Sketch {
    private static class Stroke extends AbstractUndoableEdit {
        private final int[] before;

        Stroke(int[] canvas, int from, int count) {
            before = java.util.Arrays.copyOfRange(canvas, from, from + count);
        }

        @Override
        public String getPresentationName() {
            return "stroke over " + before.length + " pixels";
        }
    }

    private final int[] canvas = new int[640 * 480];
    private final UndoManager undo = new UndoManager();

    Sketch() {
        undo.setLimit(-1);
    }

    void draw(int stroke) {
        int from = stroke * 977 % (canvas.length - 700);
        undo.addEdit(new Stroke(canvas, from, 600));
        java.util.Arrays.fill(canvas, from, from + 600, stroke);
    }

    static Sketch open;

    static void run() {
        open = new Sketch();
        for (int stroke = 0; stroke < 14_000; stroke++) open.draw(stroke);
    }
}
