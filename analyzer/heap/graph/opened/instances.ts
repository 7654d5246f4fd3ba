import { rankedPositions } from "../../../base/ranking";
import type { Work } from "../../../base/work";
import type { Graph } from "../graph";
import type { ObjectIndex, TypeIndex } from "../nodes";
import { perGraph } from "../perGraph";

/** Objects between two looks at the cancel flag: about a millisecond of work. */
const stride = 1 << 14;

/**
 * Visits every instance whose type is flagged, in one sweep over the type column, in index order.
 * @param wanted one entry per type index, 1 for the types to visit
 */
export function forEachInstanceOf(
  graph: Graph,
  wanted: Uint8Array,
  work: Work,
  step: string,
  visit: (object: ObjectIndex, type: TypeIndex) => void,
): void {
  const count = graph.instanceCount;
  const objects = new Uint32Array(Math.min(count, stride));
  const types = new Uint32Array(objects.length);
  for (let from = 0; from < count; from += stride) {
    work.throwIfCancelled();
    work.report(step, from / count);
    const some = Math.min(stride, count - from);
    for (let k = 0; k < some; k++) objects[k] = from + k;
    graph.typesOf(objects.subarray(0, some), types);
    for (let k = 0; k < some; k++) {
      const type = types[k]! as TypeIndex;
      if (wanted[type] === 1) visit((from + k) as ObjectIndex, type);
    }
  }
}

/** Flags the types for which `matches` holds, for {@link forEachInstanceOf}. */
export function typeFlags(graph: Graph, matches: (type: TypeIndex) => boolean): Uint8Array {
  const flags = new Uint8Array(graph.types.count);
  for (let type = 0; type < flags.length; type++) if (matches(type as TypeIndex)) flags[type] = 1;
  return flags;
}

/** How many instances the flagged types have. */
export function instancesIn(graph: Graph, wanted: Uint8Array): number {
  return wanted.reduce(
    (sum, flag, type) => (flag === 1 ? sum + graph.types.instanceCountOf(type as TypeIndex) : sum),
    0,
  );
}

export interface InstanceQuery {
  readonly sort: "shallowBytes" | "retainedBytes";
  readonly descending: boolean;
  readonly start: number;
  readonly count: number;
}

/** Objects of some types and what they were sorted by, for the next page of the same list: 12 bytes an object. */
interface RecentInstances {
  name: string;
  objects: Uint32Array;
  sizes: Float64Array;
}

const recentOf = perGraph(
  (): RecentInstances => ({ name: "", objects: new Uint32Array(0), sizes: new Float64Array(0) }),
);

/** A part of the objects of some types in an order; without dominators they count by themselves. */
export function instancePage(
  graph: Graph,
  types: readonly TypeIndex[],
  { sort, descending, start, count }: InstanceQuery,
  work: Work,
): { readonly total: number; readonly objects: readonly ObjectIndex[] } {
  const recent = recentOf(graph);
  const name = `${sort} ${types.join(" ")}`;
  if (recent.name !== name) {
    const wanted = new Set<number>(types);
    const flags = typeFlags(graph, (type) => wanted.has(type));
    const room = new Uint32Array(instancesIn(graph, flags));
    let found = 0;
    forEachInstanceOf(graph, flags, work, "Listing objects", (object) => {
      room[found++] = object;
    });
    // Where types are objects they stand behind all others, and are instances of a type too.
    for (let node = graph.instanceCount; node < graph.nodeCount; node++)
      if (flags[graph.typeOf(node as ObjectIndex)] === 1) room[found++] = node;
    const objects = room.subarray(0, found);
    const byRetained = sort === "retainedBytes" && graph.hasDominators;
    const sizeOf = byRetained ? graph.retainedSizeOf : graph.shallowSizeOf;
    const sizes = Float64Array.from(objects, (object) => sizeOf(object as ObjectIndex));
    Object.assign(recent, { name, objects, sizes });
  }
  const { objects, sizes } = recent;
  const ranked = rankedPositions(sizes, descending, start, count);
  return { total: objects.length, objects: Array.from(ranked, (at) => objects[at]! as ObjectIndex) };
}
