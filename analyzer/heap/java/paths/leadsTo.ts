import type { Heap, ObjectIndex } from "../../heap";

/** Objects searched from one for another: who holds it means it directly, or nearly so. */
const searched = 200;

/** Whether a few strong references lead from one object to another. Classes and big arrays are not gone through. */
export function leadsTo(heap: Heap, from: ObjectIndex, target: ObjectIndex): boolean {
  const seen = new Set<ObjectIndex>([from]);
  const queue = [from];
  for (let head = 0; head < queue.length && seen.size < searched; head++) {
    const object = queue[head]!;
    if (object === target) return true;
    if (heap.classOfClassObject(object) !== undefined || heap.lengthOf(object) > searched) continue;
    for (const reference of heap.referencesOf(object)) {
      if (!reference.strong || seen.has(reference.target)) continue;
      seen.add(reference.target);
      queue.push(reference.target);
    }
  }
  return seen.has(target);
}
