import { type GraphText, readGraphText } from "../../formats/graphText/graphText";
import { csrOf } from "../graph/edges/csr";
import type { GraphAdapter } from "../graph/memory/graphAdapter";
import type { NamedMemoryGraph } from "../graph/memory/graphNames";

interface TextColumns {
  readonly graph: NamedMemoryGraph;
  /** By edge, as they lie in the graph. */
  readonly edgeNames: readonly (string | undefined)[];
  readonly labels: readonly (string | undefined)[];
  readonly rootKinds: ReadonlyMap<number, readonly string[]>;
}

/** Graphs written as text: the smallest adapter there is, and the one to begin from. */
export const graphTextAdapter: GraphAdapter<TextColumns> = {
  read(source, _problems, work) {
    const text = readGraphText(source, work);
    const types = [...new Set(text.nodes.map(({ type }) => type))];
    const typeOf = new Map(types.map((type, index) => [type, index]));
    // Edges of a node stand together, in the order of the file.
    const edges = [...text.edges].sort((a, b) => a.from - b.from);
    const graph: NamedMemoryGraph = {
      typeNames: types,
      typeByObject: Uint32Array.from(text.nodes, ({ type }) => typeOf.get(type)!),
      shallowBytes: Float64Array.from(text.nodes, ({ bytes }) => bytes),
      edges: csrOf(text.nodes.length, (visit) => {
        for (const { from, to } of edges) visit(from, to);
      }),
      weak: Uint8Array.from(edges, ({ weak }) => Number(weak)),
      roots: Uint32Array.from(new Set(text.roots.map(({ node }) => node))),
      ids: BigUint64Array.from(text.nodes, ({ id }) => id),
    };
    return {
      graph,
      edgeNames: edges.map(({ name }) => name),
      labels: text.nodes.map(({ label }) => label),
      rootKinds: rootKindsOf(text),
    };
  },
  namesOf: ({ edgeNames, labels, rootKinds }, source) => ({
    path: source.name,
    nameOfEdge(edge) {
      const name = edgeNames[edge];
      return name === undefined ? { kind: "edge" } : { kind: "edge", name };
    },
    labelOf: (node) => labels[node],
    rootKindsOf: (node) => rootKinds.get(node) ?? [],
    isOwnType: () => true,
  }),
};

function rootKindsOf({ roots }: GraphText): ReadonlyMap<number, readonly string[]> {
  const kinds = new Map<number, string[]>();
  for (const { node, kind } of roots) kinds.set(node, [...(kinds.get(node) ?? []), kind]);
  return kinds;
}
