package unseen;

import com.github.javaparser.JavaParser;
import com.github.javaparser.ast.CompilationUnit;
import com.github.javaparser.ast.expr.NameExpr;
import com.github.javaparser.ast.visitor.VoidVisitorAdapter;
import java.util.Map;
import java.util.TreeMap;

/** An open project in an editor: one tree for each of its sixty files, read anew when a file changes. */
public class Refactoring {
    private final Map<String, CompilationUnit> open = new TreeMap<>();
    private final JavaParser parser = new JavaParser();

    void changed(String file, String text) {
        open.put(file, parser.parse(text).getResult().orElseThrow());
    }

    int uses(String name) {
        int[] uses = {0};
        for (CompilationUnit unit : open.values()) {
            unit.accept(new VoidVisitorAdapter<Void>() {
                @Override
                public void visit(NameExpr expression, Void nothing) {
                    if (expression.getNameAsString().equals(name)) uses[0]++;
                }
            }, null);
        }
        return uses[0];
    }

    static final Refactoring EDITOR = new Refactoring();

    static void run() {
        for (int edit = 0; edit < 150; edit++) {
            StringBuilder text = new StringBuilder("package shop; class File" + edit % 60 + " {");
            for (int at = 0; at < 25; at++) text.append("int total").append(at).append("(int price) { int tax = price / ").append(edit + 2).append("; return price + tax; }");
            EDITOR.changed("File" + edit % 60 + ".java", text.append("}").toString());
        }
        System.out.println(EDITOR.uses("price"));
    }
}
