import type { Work } from "../../../base/work";
import type { ClassIndex, Heap, ObjectIndex } from "../../heap";

/** Objects between two looks at the cancel flag: about a millisecond of work. */
const stride = 1 << 16;

/**
 * Visits every instance and array whose class is flagged, in one sweep over the class column, in index order.
 * @param wanted one entry per class index, non-zero for the classes to visit
 */
export function forEachInstanceOf(
  heap: Heap,
  wanted: Uint8Array,
  work: Work,
  step: string,
  visit: (object: ObjectIndex, type: ClassIndex) => void,
): void {
  const count = heap.instanceCount;
  for (let object = 0; object < count; object++) {
    if (object % stride === 0) {
      work.throwIfCancelled();
      work.report(step, object / count);
    }
    const type = heap.classOf(object as ObjectIndex);
    if (wanted[type] === 1) visit(object as ObjectIndex, type);
  }
}

/** Flags the classes for which `matches` holds, for {@link forEachInstanceOf}. */
export function classFlags(heap: Heap, matches: (type: ClassIndex) => boolean): Uint8Array {
  const flags = new Uint8Array(heap.classes.count);
  for (let type = 0; type < flags.length; type++) if (matches(type as ClassIndex)) flags[type] = 1;
  return flags;
}
