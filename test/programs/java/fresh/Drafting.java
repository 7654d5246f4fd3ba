package fresh;

import javax.swing.table.DefaultTableModel;
import javax.swing.tree.DefaultMutableTreeNode;
import javax.swing.tree.DefaultTreeModel;
import javax.swing.undo.AbstractUndoableEdit;
import javax.swing.undo.UndoManager;

/** The models of a desktop program: a table of parts, a tree of assemblies, and two hundred edits that can be undone. */
public class Drafting {
    static class Move extends AbstractUndoableEdit {
        final int part;
        final double[] before = new double[500];

        Move(int part) {
            this.part = part;
        }
    }

    private final DefaultTableModel parts = new DefaultTableModel(new Object[] {"number", "name", "weight"}, 0);
    private final DefaultTreeModel assemblies = new DefaultTreeModel(new DefaultMutableTreeNode("machine"));
    private final UndoManager undo = new UndoManager();

    static Drafting window;

    static void run() {
        window = new Drafting();
        window.undo.setLimit(200);
        for (int at = 0; at < 50_000; at++) window.parts.addRow(new Object[] {at, "part " + at, at * 0.1});
        DefaultMutableTreeNode root = (DefaultMutableTreeNode) window.assemblies.getRoot();
        for (int at = 0; at < 30_000; at++) {
            DefaultMutableTreeNode parent = at < 200 ? root : (DefaultMutableTreeNode) root.getChildAt(at % 200);
            parent.add(new DefaultMutableTreeNode("assembly " + at));
        }
        for (int at = 0; at < 6_000; at++) window.undo.addEdit(new Move(at));
    }
}
