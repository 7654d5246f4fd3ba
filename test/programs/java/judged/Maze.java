package judged;

import java.util.ArrayDeque;
import java.util.Deque;

/** A search without an end keeps its frontier in a local variable until memory runs out. */
final class Maze {
    private Maze() {}

    record Step(Step from, long x, long y) {}

    static final class Walker {
        Step solve() {
            Deque<Step> frontier = new ArrayDeque<>();
            frontier.add(new Step(null, 0, 0));
            while (true) {
                Step step = frontier.poll();
                if (step.x < 0) return step;
                frontier.add(new Step(step, step.x + 1, step.y)); frontier.add(new Step(step, step.x, step.y + 1)); // wanted
            }
        }
    }

    static void run() throws Exception {
        Thread thread = new Thread(() -> new Walker().solve(), "solver");
        thread.setUncaughtExceptionHandler((who, error) -> Runtime.getRuntime().halt(0));
        thread.start();
        thread.join();
    }
}
