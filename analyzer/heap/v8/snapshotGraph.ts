import type { Work } from "../../base/work";
import type { HeapSnapshot } from "../../formats/v8/heapSnapshot";
import type { NamedMemoryGraph } from "../graph/memory/graphNames";
import { typeOfKind } from "./nodeTypes";

/** Nodes and edges between two looks at the cancel flag. */
const stride = 1 << 18;

/**
 * The graph of a snapshot. Node 0 is V8's own root: what it refers to are the roots, and it is one itself, so that it
 * dominates nothing. Strong are all edges but those that keep nothing alive by themselves: weak ones, shortcuts, and of
 * the two by which a WeakMap's value is held the one from the table, because only the key keeps it.
 */
export function snapshotGraph(
  snapshot: HeapSnapshot,
  textOf: (string: number) => string,
  work: Work,
): NamedMemoryGraph {
  const { nodes, edges } = snapshot;
  const { names, byNode } = typesOf(snapshot, textOf, work);
  const ids = new BigUint64Array(new SharedArrayBuffer(8 * nodes.count));
  for (let node = 0; node < nodes.count; node++) ids[node] = BigInt(nodes.id[node]!);
  return {
    typeNames: names,
    typeByObject: byNode,
    shallowBytes: nodes.selfSize,
    edges: { starts: nodes.edgeStart, targets: edges.toNode },
    weak: weakEdges(snapshot, textOf, work),
    roots: rootsOf(snapshot),
    ids,
  };
}

function typesOf({ nodeTypes, nodes }: HeapSnapshot, textOf: (string: number) => string, work: Work) {
  const names: string[] = [];
  const typeByName = new Map<string, number>();
  const typeNamed = (name: string): number => {
    let type = typeByName.get(name);
    if (type === undefined) {
      type = names.length;
      names.push(name);
      typeByName.set(name, type);
    }
    return type;
  };
  const ofKind = nodeTypes.map(typeOfKind);
  /** Type by string, so that each constructor's name is read once. */
  const typeByString = new Map<number, number>();
  const byNode = new Uint32Array(new SharedArrayBuffer(4 * nodes.count));
  for (let node = 0; node < nodes.count; node++) {
    if (node % stride === 0) {
      work.throwIfCancelled();
      work.report("Naming types", node / nodes.count);
    }
    const kind = nodes.type[node]!;
    const whole = ofKind[kind] ?? (kind < nodeTypes.length ? undefined : "(unknown)");
    if (whole !== undefined) {
      byNode[node] = typeNamed(whole);
      continue;
    }
    const string = nodes.name[node]!;
    let type = typeByString.get(string);
    if (type === undefined) {
      type = typeNamed(constructorName(textOf(string)));
      typeByString.set(string, type);
    }
    byNode[node] = type;
  }
  return { names, byNode };
}

/** `<div id="x">` is one of many `<div>`; longer names are data, not names. */
function constructorName(text: string): string {
  if (text === "") return "(unnamed)";
  const element = /^<[\w-]+/.exec(text);
  if (element !== null) return `${element[0]}>`;
  return text.length > longestName ? `${text.slice(0, longestName)}…` : text;
}

const longestName = 256;

/** The entry of a WeakMap as V8 names its two edges; the number after `table @` is the table's id. */
const weakMapEntry = /part of key \(.*\) -> value \(.*\) pair in WeakMap \(table @(\d+)\)$/;

function weakEdges(
  { edgeTypes, nodes, edges }: HeapSnapshot,
  textOf: (string: number) => string,
  work: Work,
): Uint8Array {
  const weak = new Uint8Array(new SharedArrayBuffer(edges.count));
  const weakType = edgeTypes.indexOf("weak");
  const shortcutType = edgeTypes.indexOf("shortcut");
  const internalType = edgeTypes.indexOf("internal");
  /** The table an internal edge's name speaks of, 0 for none, by string. */
  const tables = new Map<number, number>();
  const tableOf = (string: number): number => {
    let table = tables.get(string);
    if (table === undefined) {
      table = Number(weakMapEntry.exec(textOf(string))?.[1] ?? 0);
      tables.set(string, table);
    }
    return table;
  };
  for (let node = 0; node < nodes.count; node++) {
    if (node % stride === 0) {
      work.throwIfCancelled();
      work.report("Telling strong references", node / nodes.count);
    }
    for (let edge = nodes.edgeStart[node]!; edge < nodes.edgeStart[node + 1]!; edge++) {
      const type = edges.type[edge];
      const isWeak =
        type === weakType ||
        (type === shortcutType && node !== 0) ||
        (type === internalType && tableOf(edges.nameOrIndex[edge]!) === nodes.id[node]);
      if (isWeak) weak[edge] = 1;
    }
  }
  return weak;
}

function rootsOf({ edgeTypes, nodes, edges }: HeapSnapshot): Uint32Array {
  const weakType = edgeTypes.indexOf("weak");
  const roots = new Set<number>(nodes.count > 0 ? [0] : []);
  for (let edge = 0; edge < (nodes.edgeStart[1] ?? 0); edge++) {
    if (edges.type[edge] !== weakType) roots.add(edges.toNode[edge]!);
  }
  return Uint32Array.from(roots);
}
