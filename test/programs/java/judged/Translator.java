package judged;

import com.sun.source.tree.CompilationUnitTree;
import com.sun.source.util.JavacTask;
import java.net.URI;
import java.util.ArrayList;
import java.util.List;
import javax.tools.JavaCompiler;
import javax.tools.JavaFileObject;
import javax.tools.SimpleJavaFileObject;
import javax.tools.ToolProvider;

/** The Java compiler with two hundred classes parsed and attributed, as an editor holds them. In good health. */
final class Translator {
    private Translator() {}

    static final class Source extends SimpleJavaFileObject {
        private final String text;

        Source(int number) {
            super(URI.create("string:///Made" + number + ".java"), Kind.SOURCE);
            StringBuilder code = new StringBuilder("class Made" + number + " {\n");
            for (int at = 0; at < 40; at++)
                code.append("int method").append(at).append("(java.util.List<String> list, int by) { int sum = by; ")
                    .append("for (String one : list) if (one.length() > ").append(at).append(") sum += one.length() * by; return sum; }\n");
            text = code.append("}").toString();
        }

        @Override
        public CharSequence getCharContent(boolean ignoreEncodingErrors) {
            return text;
        }
    }

    static JavacTask task;
    static final List<CompilationUnitTree> UNITS = new ArrayList<>();

    static void run() throws Exception {
        JavaCompiler compiler = ToolProvider.getSystemJavaCompiler();
        List<JavaFileObject> sources = new ArrayList<>();
        for (int at = 0; at < 200; at++) sources.add(new Source(at));
        task = (JavacTask) compiler.getTask(null, null, null, List.of("-proc:none"), null, sources);
        for (CompilationUnitTree unit : task.parse()) UNITS.add(unit);
        task.analyze();
    }
}
