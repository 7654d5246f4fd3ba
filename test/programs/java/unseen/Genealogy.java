package unseen;

import org.apache.tinkerpop.gremlin.process.traversal.dsl.graph.GraphTraversalSource;
import org.apache.tinkerpop.gremlin.structure.Vertex;
import org.apache.tinkerpop.gremlin.tinkergraph.structure.TinkerGraph;

/** A family over nine centuries as a graph in memory, and questions about it. */
class Genealogy {
    private static final TinkerGraph FAMILY = TinkerGraph.open();

    static void run() {
        Vertex[] parents = {FAMILY.addVertex("name", "Adela"), FAMILY.addVertex("name", "Otto")};
        for (int generation = 1; generation <= 36; generation++) {
            Vertex[] children = new Vertex[400];
            for (int at = 0; at < children.length; at++) {
                children[at] = FAMILY.addVertex("name", "Child " + at + " of generation " + generation, "born", 1100 + generation * 25);
                parents[at % parents.length].addEdge("parent of", children[at]);
                parents[(at * 7 + 1) % parents.length].addEdge("parent of", children[at]);
            }
            parents = children;
        }
        GraphTraversalSource ask = FAMILY.traversal();
        System.out.println(ask.V().has("born", 1200).out("parent of").dedup().count().next());
    }
}
