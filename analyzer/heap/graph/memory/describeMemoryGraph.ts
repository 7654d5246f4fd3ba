import type { DescribedGraph, ReferenceFilter } from "../describedGraph";
import type { GraphReference } from "../graph";
import type { ObjectIndex } from "../nodes";
import { parseFieldPattern } from "../paths/fieldPattern";
import type { MemoryGraphNames, NamedMemoryGraph } from "./graphNames";
import { type MemoryGraphDominators, openMemoryGraph } from "./openMemoryGraph";

/** Opens a graph in memory with all that its format says of it. Every thread may have its own. */
export function describeMemoryGraph(
  graph: NamedMemoryGraph,
  dominators: MemoryGraphDominators,
  names: MemoryGraphNames,
): DescribedGraph {
  const { ids, edges, weak, typeByObject, typeNames } = graph;
  const opened = openMemoryGraph(graph, dominators);
  const roots = Array.from(graph.roots, (object) => ({ object: object as ObjectIndex }));
  const rootNodes = new Set<number>(graph.roots);
  let byId: Uint32Array | undefined;

  function indexOf(id: bigint): ObjectIndex | undefined {
    byId ??= sortedById(ids);
    let low = 0;
    let high = byId.length - 1;
    while (low <= high) {
      const middle = (low + high) >>> 1;
      const found = ids[byId[middle]!]!;
      if (found === id) return byId[middle]! as ObjectIndex;
      if (found < id) low = middle + 1;
      else high = middle - 1;
    }
    return undefined;
  }

  function referenceAt(edge: number): GraphReference {
    return {
      target: edges.targets[edge]! as ObjectIndex,
      ...names.nameOfEdge(edge),
      strong: weak?.[edge] !== 1,
    };
  }

  function* edgesOf(object: number): Generator<number> {
    for (let edge = edges.starts[object]!; edge < edges.starts[object + 1]!; edge++) yield edge;
  }

  function referenceBetween(holder: ObjectIndex, target: ObjectIndex): GraphReference | undefined {
    let first: GraphReference | undefined;
    for (const edge of edgesOf(holder)) {
      if (edges.targets[edge] !== target) continue;
      const reference = referenceAt(edge);
      if (reference.strong && reference.name !== undefined) return reference;
      if (first === undefined || (reference.strong && !first.strong)) first = reference;
    }
    return first;
  }

  function filterOf(kinds: readonly string[], patterns: readonly string[]): ReferenceFilter {
    const isWeakOut = kinds.includes("weak");
    const fields = patterns.map(parseFieldPattern);
    return (holder, target) => {
      const typeName = typeNames[typeByObject[holder]!]!;
      const matching = fields.filter(({ matchesClass }) => matchesClass(typeName));
      for (const edge of edgesOf(holder)) {
        if (edges.targets[edge] !== target || (isWeakOut && weak?.[edge] === 1)) continue;
        const name = matching.length === 0 ? undefined : names.nameOfEdge(edge).name;
        if (!matching.some(({ field }) => field === undefined || field === name)) return true;
      }
      return false;
    };
  }

  return {
    ...opened,
    path: names.path,
    roots,
    indexOf,
    idOf: (object) => ids[object]!,
    referencesOf: (object) => Array.from(edgesOf(object), referenceAt),
    nameOf: (object) => typeNames[typeByObject[object]!]!,
    labelOf: names.labelOf,
    rootsInWords: (object) => (rootNodes.has(object) ? names.rootKindsOf(object) : []),
    originOf: () => "",
    stableName: (name) => name,
    fillerWords: () => undefined,
    isOwnType: names.isOwnType,
    referenceBetween,
    namedReferenceBetween(holder, target) {
      const reference = referenceBetween(holder, target);
      return reference?.name === undefined ? undefined : reference;
    },
    referencesAmong(holder, held) {
      const wanted = new Set<number>(held);
      const found = new Map<ObjectIndex, GraphReference>();
      for (const edge of edgesOf(holder)) {
        const target = edges.targets[edge]! as ObjectIndex;
        if (wanted.has(target) && !found.has(target)) found.set(target, referenceAt(edge));
      }
      return found;
    },
    outgoingPart(object, start, count) {
      const first = edges.starts[object]!;
      const total = edges.starts[object + 1]! - first;
      const references: { readonly object: ObjectIndex; readonly reference: GraphReference }[] = [];
      for (let at = start; at < Math.min(total, start + count); at++) {
        const reference = referenceAt(first + at);
        references.push({ object: reference.target, reference });
      }
      return { total, start, references };
    },
    filterOf: ({ kinds, fields }) => filterOf(kinds, fields ?? []),
  };
}

function sortedById(ids: BigUint64Array): Uint32Array {
  const order = Uint32Array.from(ids, (_, node) => node);
  return order.sort((a, b) => (ids[a]! < ids[b]! ? -1 : ids[a]! > ids[b]! ? 1 : a - b));
}
