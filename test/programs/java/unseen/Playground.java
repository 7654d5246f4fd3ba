package unseen;

import org.mozilla.javascript.Context;
import org.mozilla.javascript.ScriptableObject;

/** Children's programs run in one scope that they share, and each leaves its variables there. */
class Playground {
    private static ScriptableObject shared;

    static void run() {
        Context context = Context.enter();
        context.setOptimizationLevel(-1);
        shared = context.initStandardObjects();
        for (int child = 0; child < 4_000; child++)
            context.evaluateString(shared, "drawing" + child + " = []; for (var i = 0; i < 60; i++) drawing" + child + ".push({x: i * 1.5, y: " + child + "});", "child", 1, null);
        Context.exit();
    }
}
