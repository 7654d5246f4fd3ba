import type { Work } from "../../../base/work";
import type { Graph } from "../graph";
import { type ObjectIndex, type TypeIndex, unreachable } from "../nodes";

export interface UnreachableType {
  readonly type: TypeIndex;
  readonly objects: number;
  readonly shallowBytes: number;
}

/** Objects no root reaches, by type, biggest first: garbage that was not collected yet, or held by finalizers. */
export function unreachableHistogram(graph: Graph, work: Work): UnreachableType[] {
  const objects = new Float64Array(graph.types.count);
  const bytes = new Float64Array(graph.types.count);
  for (let index = 0; index < graph.instanceCount; index++) {
    if (index % 65536 === 0) {
      work.throwIfCancelled();
      work.report("Counting unreachable objects", index / graph.instanceCount);
    }
    const object = index as ObjectIndex;
    if (graph.immediateDominatorOf(object) !== unreachable) continue;
    const type = graph.typeOf(object);
    objects[type]!++;
    bytes[type]! += graph.shallowSizeOf(object);
  }
  const rows: UnreachableType[] = [];
  for (let type = 0; type < objects.length; type++) {
    if (objects[type]! > 0) {
      rows.push({ type: type as TypeIndex, objects: objects[type]!, shallowBytes: bytes[type]! });
    }
  }
  return rows.sort((a, b) => b.shallowBytes - a.shallowBytes);
}
