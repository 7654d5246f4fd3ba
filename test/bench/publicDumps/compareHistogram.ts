import type { Heap } from "../../../analyzer/heap/heap";
import { parseClassHistogram } from "../../build/classHistogram";

export interface Comparison {
  readonly equal: number;
  readonly different: readonly string[];
}

/**
 * What jmap printed of a running JVM against a dump that was written a little later: sizes of instances, and sums of
 * arrays where there are as many. Counts are no matter of the dump.
 */
export function compareHistogram(heap: Heap, text: string): Comparison {
  let equal = 0;
  const different: string[] = [];
  for (const [name, { objects, bytes }] of parseClassHistogram(text).rows) {
    if (name.startsWith("<") || name === "java.lang.Class") continue;
    const types = heap.classes.findByName(name);
    const sum = (of: (type: (typeof types)[number]) => number): number =>
      types.reduce((total, type) => total + of(type), 0);
    const ownObjects = sum((type) => heap.classes.instanceCountOf(type));
    const ownBytes = sum((type) => heap.classes.shallowBytesOf(type));
    if (ownObjects === 0 || (name.endsWith("[]") && ownObjects !== objects)) continue;
    if (name.endsWith("[]") ? ownBytes === bytes : ownBytes / ownObjects === bytes / objects) equal++;
    else different.push(`${name}: ${objects} objects, ${bytes} bytes there; ${ownObjects}, ${ownBytes} here`);
  }
  return { equal, different };
}
