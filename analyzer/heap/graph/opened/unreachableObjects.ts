import type { Work } from "../../../base/work";
import type { Graph } from "../graph";
import type { ObjectIndex, TypeIndex } from "../nodes";
import { type Reachability, reachabilities } from "./reachability";

/** Figures of the objects that are reached in one way. */
export interface ReachabilityFigures {
  readonly reachability: Reachability;
  readonly objects: number;
  readonly shallowBytes: number;
}

/** The same of one type. */
export interface ReachabilityOfType extends ReachabilityFigures {
  readonly type: TypeIndex;
}

export interface ReachabilityCounts {
  /** Every way there is, strongest first; together the heap. */
  readonly kinds: readonly ReachabilityFigures[];
  /** What no strong reference reaches, by type, biggest first. */
  readonly types: readonly ReachabilityOfType[];
}

/** Counts objects, those that are types too, by the way they are reached. */
export function countReachability(
  graph: Graph,
  reachabilityOf: (object: ObjectIndex) => Reachability,
  work: Work,
): ReachabilityCounts {
  const { instanceCount, nodeCount, types } = graph;
  const columns = reachabilities.map((reachability) => ({
    reachability,
    objects: new Float64Array(types.count),
    bytes: new Float64Array(types.count),
  }));
  for (let index = 0; index < nodeCount; index++) {
    if (index % 65536 === 0) {
      work.throwIfCancelled();
      work.report("Counting unreachable objects", index / nodeCount);
    }
    const object = index as ObjectIndex;
    const size = graph.shallowSizeOf(object);
    // Types that the dump does not describe are not objects of it.
    if (index >= instanceCount && size === 0) continue;
    const column = columns[reachabilities.indexOf(reachabilityOf(object))]!;
    const type = graph.typeOf(object);
    column.objects[type]!++;
    column.bytes[type]! += size;
  }
  const sum = (values: Float64Array) => values.reduce((total, value) => total + value, 0);
  const kinds = columns.map(({ reachability, objects, bytes }) => ({
    reachability,
    objects: sum(objects),
    shallowBytes: sum(bytes),
  }));
  const rows: ReachabilityOfType[] = [];
  for (const { reachability, objects, bytes } of columns) {
    if (reachability === "strong") continue;
    for (let type = 0; type < types.count; type++) {
      if (objects[type]! === 0) continue;
      rows.push({
        type: type as TypeIndex,
        reachability,
        objects: objects[type]!,
        shallowBytes: bytes[type]!,
      });
    }
  }
  return { kinds, types: rows.sort((a, b) => b.shallowBytes - a.shallowBytes) };
}
