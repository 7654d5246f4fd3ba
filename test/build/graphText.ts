/** A directed graph with roots, as tests write it. */
export interface TextGraph {
  readonly names: readonly string[];
  /** Targets by node, in the order written. */
  readonly edges: readonly (readonly number[])[];
  readonly roots: readonly number[];
}

/**
 * Reads a graph written as lines `a -> b c`; `root -> a` names the roots. Nodes are numbered as they appear.
 * `#` begins a comment.
 */
export function parseGraph(text: string): TextGraph {
  const names: string[] = [];
  const edges: number[][] = [];
  const roots: number[] = [];
  const nodeOf = (name: string): number => {
    const known = names.indexOf(name);
    if (known >= 0) return known;
    names.push(name);
    edges.push([]);
    return names.length - 1;
  };
  for (const line of text.split("\n")) {
    const [from, to] = line.replace(/#.*/, "").split("->");
    if (from === undefined || from.trim() === "") continue;
    const targets = (to ?? "")
      .trim()
      .split(/\s+/)
      .filter((name) => name !== "");
    if (from.trim() === "root") roots.push(...targets.map(nodeOf));
    else edges[nodeOf(from.trim())]!.push(...targets.map(nodeOf));
  }
  return { names, edges, roots };
}

/** What nothing reaches. */
export const naiveUnreachable = -2;
/** What only the roots together hold. */
export const naiveVirtualRoot = -1;

/**
 * Immediate dominators straight from the definition: a dominates b when b cannot be reached without a. Quadratic and
 * plain, to judge the real one.
 */
export function naiveDominators(graph: TextGraph): number[] {
  const count = graph.edges.length;
  const reached = reach(graph, -1);
  const dominatorsOf: Set<number>[] = Array.from({ length: count }, () => new Set());
  for (let without = 0; without < count; without++) {
    if (!reached[without]) continue;
    const left = reach(graph, without);
    for (let node = 0; node < count; node++) {
      if (node !== without && reached[node] && !left[node]) dominatorsOf[node]!.add(without);
    }
  }
  return Array.from({ length: count }, (_, node) => {
    if (!reached[node]) return naiveUnreachable;
    // The nearest dominator is the one that all other dominators dominate.
    const own = dominatorsOf[node]!;
    for (const nearest of own) if (dominatorsOf[nearest]!.size === own.size - 1) return nearest;
    return naiveVirtualRoot;
  });
}

function reach(graph: TextGraph, without: number): boolean[] {
  const seen = new Array<boolean>(graph.edges.length).fill(false);
  const todo = graph.roots.filter((root) => root !== without);
  for (const root of todo) seen[root] = true;
  for (let node = todo.pop(); node !== undefined; node = todo.pop()) {
    for (const target of graph.edges[node]!) {
      if (target === without || seen[target]) continue;
      seen[target] = true;
      todo.push(target);
    }
  }
  return seen;
}
