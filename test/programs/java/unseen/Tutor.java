package unseen;

import org.mozilla.javascript.Context;
import org.mozilla.javascript.Script;
import org.mozilla.javascript.Scriptable;
import org.mozilla.javascript.ScriptableObject;

/** Pupils' sums are checked by Rhino: scripts compiled once, a scope of its own for each pupil. */
class Tutor {
    private static final int LESSONS = 120;
    private static final Script[] LESSON = new Script[LESSONS];
    private static final byte[][] PICTURES = new byte[LESSONS][60_000];

    static void run() {
        Context context = Context.enter();
        try {
            ScriptableObject shared = context.initStandardObjects(null, true);
            for (int at = 0; at < LESSONS; at++)
                LESSON[at] = context.compileString("var right = 0; for (var i = 0; i < answers.length; i++) if (answers[i] == i * " + at + ") right++; ({ right: right, lesson: " + at + " })", "lesson" + at, 1, null);
            for (int pupil = 0; pupil < 2_000; pupil++) {
                Scriptable scope = context.newObject(shared);
                scope.setPrototype(shared);
                scope.setParentScope(null);
                Object[] answers = new Object[10];
                for (int at = 0; at < answers.length; at++) answers[at] = at * (pupil % LESSONS);
                ScriptableObject.putProperty(scope, "answers", context.newArray(scope, answers));
                Scriptable result = (Scriptable) LESSON[pupil % LESSONS].exec(context, scope);
                if (((Number) ScriptableObject.getProperty(result, "right")).intValue() != 10) throw new IllegalStateException();
            }
        } finally {
            Context.exit();
        }
    }
}
