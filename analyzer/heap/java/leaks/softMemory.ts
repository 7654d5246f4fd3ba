import { formatBytes, formatQuantity, formatShare } from "../../../base/figures";
import { forEachInstanceOf } from "../../graph/opened/instances";
import { countReachability } from "../../graph/opened/unreachableObjects";
import type { Holding } from "../../graph/paths/holding";
import type { ClassIndex, Heap, ObjectIndex } from "../../heap";
import { referenceIn, subclassesOf } from "../objects/fieldReads";
import { applicationHoldingOf } from "../paths/holders";
import { reachabilityOf } from "../reachability/reachability";
import type { LeakContext } from "./leakContext";

const leastShare = 0.2;
const sampledReferences = 64;

/**
 * Memory that soft references alone keep, in sentences. It is let go of before the heap overflows, so it is not a leak; but
 * it is what the heap is full of, and no dominator says so.
 */
export function softMemory({ heap, totalBytes, work }: LeakContext): string[] {
  let heapBytes = 0;
  for (let type = 0; type < heap.types.count; type++)
    heapBytes += heap.types.shallowBytesOf(type as ClassIndex);
  if (heapBytes - totalBytes < leastShare * heapBytes) return [];
  const reached = reachabilityOf(heap, work);
  const { kinds } = countReachability(heap, reached, work);
  const bytes = kinds.find(({ reachability }) => reachability === "soft")?.shallowBytes ?? 0;
  if (bytes / Math.max(1, totalBytes + bytes) < leastShare) return [];
  const references = softReferences(heap, work, (referent) => reached(referent) === "soft");
  const field = mostFrequent(heap, references.main);
  const held = field === undefined ? "" : `, most in ${field.className}.${field.field}`;
  return [
    `${formatBytes(bytes)}, ${formatShare(bytes, heapBytes)} of the heap, are kept by ${formatQuantity(references.count, "soft reference")} alone${held}: the JVM clears them when memory runs short, until then the heap looks full. A limit by entries or bytes is the better cache; -XX:SoftRefLRUPolicyMSPerMB clears sooner.`,
  ];
}

interface SoftReferences {
  readonly count: number;
  /** Some of the references to objects of the class that takes the most. */
  readonly main: readonly ObjectIndex[];
}

function softReferences(
  heap: Heap,
  work: LeakContext["work"],
  isWanted: (referent: ObjectIndex) => boolean,
): SoftReferences {
  const byClass = new Map<string, { bytes: number; readonly references: ObjectIndex[] }>();
  let count = 0;
  const wanted = subclassesOf(heap, ["java.lang.ref.SoftReference"]);
  forEachInstanceOf(heap, wanted, work, "Reading soft references", (object) => {
    const referent = referenceIn(heap, object, "referent");
    if (referent === undefined || !isWanted(referent)) return;
    count++;
    const name = heap.classNameOf(referent);
    const known = byClass.get(name) ?? { bytes: 0, references: [] };
    byClass.set(name, known);
    known.bytes += heap.shallowSizeOf(referent);
    if (known.references.length < sampledReferences) known.references.push(object);
  });
  let main: { readonly bytes: number; readonly references: readonly ObjectIndex[] } = {
    bytes: -1,
    references: [],
  };
  for (const each of byClass.values()) if (each.bytes > main.bytes) main = each;
  return { count, main: main.references };
}

/** The field of the program that holds most of some objects. */
function mostFrequent(heap: Heap, objects: readonly ObjectIndex[]): Holding | undefined {
  const counts = new Map<string, { readonly holding: Holding; count: number }>();
  for (const object of objects) {
    const holding = applicationHoldingOf(heap, object);
    if (holding === undefined || holding.field.startsWith("[")) continue;
    const key = `${holding.className}.${holding.field}`;
    const known = counts.get(key) ?? { holding, count: 0 };
    counts.set(key, known);
    known.count++;
  }
  return [...counts.values()].sort((a, b) => b.count - a.count)[0]?.holding;
}
