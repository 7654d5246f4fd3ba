import type { Graph } from "./graph";

/** A fact that is worked out once for every opened graph and forgotten with it. */
export function perGraph<Opened extends Graph, Fact>(make: (graph: Opened) => Fact): (graph: Opened) => Fact {
  const facts = new WeakMap<Opened, { readonly fact: Fact }>();
  return (graph) => {
    const known = facts.get(graph);
    if (known !== undefined) return known.fact;
    const fact = make(graph);
    facts.set(graph, { fact });
    return fact;
  };
}
