package unseen;

import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import org.codehaus.janino.ExpressionEvaluator;

/** Prices are formulas that Janino compiles. To be quick, the compiled ones are kept by their text, which has the number of the contract in it. */
public final class Freight {
    private final Map<String, ExpressionEvaluator> compiled = new ConcurrentHashMap<>();

    double price(String formula, double weight) throws Exception {
        ExpressionEvaluator evaluator = compiled.get(formula);
        if (evaluator == null) {
            evaluator = new ExpressionEvaluator();
            evaluator.setExpressionType(double.class);
            evaluator.setParameters(new String[] {"weight"}, new Class<?>[] {double.class});
            evaluator.cook(formula);
            compiled.put(formula, evaluator);
        }
        return (Double) evaluator.evaluate(new Object[] {weight});
    }

    private static final Freight OFFICE = new Freight();

    static void run() throws Exception {
        double sum = 0;
        for (int contract = 0; contract < 1_800; contract++) sum += OFFICE.price("weight * 1.19 + " + contract + " / 1000.0", contract % 70);
        System.out.println(sum);
    }
}
