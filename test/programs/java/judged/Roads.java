package judged;

import org.jgrapht.Graph;
import org.jgrapht.graph.DefaultWeightedEdge;
import org.jgrapht.graph.SimpleWeightedGraph;
import org.jgrapht.traverse.BreadthFirstIterator;

/** A road map as a graph of JGraphT, asked for ways. In good health. */
final class Roads {
    private Roads() {}

    static final class Planner {
        private final Graph<Integer, DefaultWeightedEdge> roads = new SimpleWeightedGraph<>(DefaultWeightedEdge.class);
    }

    static final Planner PLANNER = new Planner();
    static final int SIDE = 150;

    static void run() {
        Graph<Integer, DefaultWeightedEdge> roads = PLANNER.roads;
        for (int at = 0; at < SIDE * SIDE; at++) roads.addVertex(at);
        for (int at = 0; at < SIDE * SIDE; at++) {
            if (at % SIDE < SIDE - 1) roads.setEdgeWeight(roads.addEdge(at, at + 1), 1 + at % 7);
            if (at + SIDE < SIDE * SIDE) roads.setEdgeWeight(roads.addEdge(at, at + SIDE), 1 + at % 5);
        }
        for (int at = 0; at < 5; at++) new BreadthFirstIterator<>(roads, at).forEachRemaining(place -> {});
    }
}
