package fresh;

import java.util.Collection;
import java.util.List;
import org.apache.commons.collections4.CollectionUtils;

/** Looks for the order of shifts that disturbs the least, among all orders there are. With seven people that worked. */
public class Roster {
    private final List<String> staff;

    Roster(List<String> staff) {
        this.staff = staff;
    }

    List<String> best() {
        Collection<List<String>> orders = CollectionUtils.permutations(staff); // wanted
        return orders.stream().min((one, other) -> Integer.compare(disturbance(one), disturbance(other))).orElseThrow();
    }

    private static int disturbance(List<String> order) {
        int sum = 0;
        for (int at = 1; at < order.size(); at++) sum += Math.abs(order.get(at).hashCode() % 100 - order.get(at - 1).hashCode() % 100);
        return sum;
    }

    static void run() {
        System.out.println(new Roster(List.of("Ana", "Ben", "Cai", "Dov", "Eva", "Fay", "Gil", "Hal", "Ida", "Jon")).best());
    }
}
