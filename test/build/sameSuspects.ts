import { unwatched } from "../../analyzer/base/work";
import type { Heap } from "../../analyzer/heap/heap";
import type { Suspect } from "../../analyzer/heap/java/leaks/suspect";
import { leakSuspects } from "../../analyzer/heap/java/leaks/suspects";

/** Leak suspects of a heap, as what two dumps of the same heap must agree in: what it is, and who holds it. */
export function suspectsOf(heap: Heap): string[] {
  return leakSuspects(heap, unwatched).suspects.map((each) => told(heap, each));
}

function told(heap: Heap, { className, objects, field, shape, confidence, object, accumulation }: Suspect) {
  const holder = field === undefined ? "no field" : `${field.className}.${field.name}`;
  // Of a group any of its biggest members may be shown.
  const id = object === undefined || objects > 1 ? "" : ` ${heap.idOf(object).toString(16)}`;
  const inside = accumulation === undefined ? "" : `, in ${accumulation.className}`;
  return `${objects} ${className}${id} by ${holder}, ${shape ?? "no shape"}, ${confidence}${inside}`;
}
