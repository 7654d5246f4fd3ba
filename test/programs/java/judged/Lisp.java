package judged;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CountDownLatch;

/** An interpreter with its parsed library, in the middle of a computation. In good health. */
final class Lisp {
    private Lisp() {}

    interface Expression {
        long value(Map<String, Long> names);
    }

    record Literal(long number) implements Expression {
        public long value(Map<String, Long> names) {
            return number;
        }
    }

    record Name(String text) implements Expression {
        public long value(Map<String, Long> names) {
            return names.getOrDefault(text, 0L);
        }
    }

    record Sum(List<Expression> parts) implements Expression {
        public long value(Map<String, Long> names) {
            long sum = 0;
            for (Expression part : parts) sum += part.value(names);
            return sum;
        }
    }

    record Choice(Expression when, Expression then, Expression otherwise) implements Expression {
        public long value(Map<String, Long> names) {
            return when.value(names) > 0 ? then.value(names) : otherwise.value(names);
        }
    }

    static final class Program {
        private final Map<String, Expression> functions = new HashMap<>();
    }

    static void run() throws Exception {
        Program program = new Program();
        for (int at = 0; at < 1_000; at++) program.functions.put("function-" + at, parse(6, at));
        CountDownLatch rounds = new CountDownLatch(20);
        Run.start("main-loop", () -> {
            Map<String, Long> names = new HashMap<>();
            for (long round = 0; ; round++) {
                names.put("x" + round % 30, round);
                for (Expression function : program.functions.values()) names.put("y", function.value(names));
                rounds.countDown();
            }
        });
        Run.await(rounds);
    }

    private static Expression parse(int depth, int seed) {
        if (depth <= 0) return seed % 2 == 0 ? new Literal(seed) : new Name("x" + seed % 30);
        if (seed % 5 == 0) return new Choice(parse(0, seed), parse(depth - 1, seed + 1), parse(depth - 1, seed + 3));
        List<Expression> parts = new ArrayList<>();
        for (int at = 0; at < 3; at++) parts.add(parse(depth - 1 - at % 2, seed * 3 + at));
        return new Sum(parts);
    }
}
