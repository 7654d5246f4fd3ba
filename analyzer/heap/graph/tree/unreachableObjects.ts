import type { Work } from "../../../base/work";
import { type ClassIndex, type Heap, type ObjectIndex, unreachable } from "../../heap";

export interface UnreachableClass {
  readonly type: ClassIndex;
  readonly objects: number;
  readonly shallowBytes: number;
}

/** Objects no root reaches, by class, biggest first: garbage that was not collected yet, or held by finalizers. */
export function unreachableHistogram(heap: Heap, work: Work): UnreachableClass[] {
  const objects = new Float64Array(heap.classes.count);
  const bytes = new Float64Array(heap.classes.count);
  for (let index = 0; index < heap.instanceCount; index++) {
    if (index % 65536 === 0) {
      work.throwIfCancelled();
      work.report("Counting unreachable objects", index / heap.instanceCount);
    }
    const object = index as ObjectIndex;
    if (heap.immediateDominatorOf(object) !== unreachable) continue;
    const type = heap.classOf(object);
    objects[type]!++;
    bytes[type]! += heap.shallowSizeOf(object);
  }
  const rows: UnreachableClass[] = [];
  for (let type = 0; type < objects.length; type++) {
    if (objects[type]! > 0) {
      rows.push({ type: type as ClassIndex, objects: objects[type]!, shallowBytes: bytes[type]! });
    }
  }
  return rows.sort((a, b) => b.shallowBytes - a.shallowBytes);
}
