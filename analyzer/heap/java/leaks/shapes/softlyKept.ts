import { formatBytes, formatQuantity, formatShare } from "../../../../base/figures";
import { forEachInstanceOf } from "../../../graph/opened/instances";
import { countReachability } from "../../../graph/opened/unreachableObjects";
import type { Holding } from "../../../graph/paths/holding";
import { elementsPart, rootPart, shapePart, sharePart } from "../../../graph/suspects/scoring";
import type { ClassIndex, Heap, ObjectIndex } from "../../../heap";
import { referenceIn, subclassesOf } from "../../objects/fieldReads";
import { applicationHoldingOf } from "../../paths/holders";
import { reachabilityOf } from "../../reachability/reachability";
import type { LeakContext } from "../leakContext";
import type { LeakFinding } from "../suspect";
import { fieldNameOf } from "./collectionFinding";

const fix =
  "Bound the cache by entries or bytes instead of leaving it to the collector, or clear soft references sooner (-XX:SoftRefLRUPolicyMSPerMB).";

const leastShare = 0.2;
const sampledReferences = 64;

/**
 * Memory that soft references alone keep. It is let go of before the heap overflows, so it is never more than possible;
 * but it is what the heap is full of, and no dominator says so.
 */
export function softlyKept({ heap, totalBytes, work }: LeakContext): LeakFinding[] {
  let heapBytes = 0;
  for (let type = 0; type < heap.types.count; type++)
    heapBytes += heap.types.shallowBytesOf(type as ClassIndex);
  if (heapBytes - totalBytes < leastShare * heapBytes) return [];
  const reached = reachabilityOf(heap, work);
  const { kinds, types } = countReachability(heap, reached, work);
  const bytes = kinds.find(({ reachability }) => reachability === "soft")?.shallowBytes ?? 0;
  const kept = totalBytes + bytes;
  const share = bytes / Math.max(1, kept);
  if (share < leastShare) return [];
  const references = softReferences(heap, work, (referent) => reached(referent) === "soft");
  const first = references.main[0];
  if (first === undefined) return [];
  const field = mostFrequent(heap, references.main);
  const elementClasses = types
    .filter(({ reachability }) => reachability === "soft")
    .slice(0, 5)
    .map(({ type, objects }) => ({ className: heap.classes.nameOf(type), count: objects }));
  return [
    {
      shape: "softly-kept",
      kind: "group",
      object: first,
      className: references.className,
      objects: references.count,
      retainedBytes: bytes,
      share,
      ...(field === undefined ? {} : { field: fieldNameOf(field) }),
      parts: [
        sharePart(share),
        elementsPart(references.count),
        rootPart(field?.static === true, field === undefined ? "held by references" : "held by a field"),
        shapePart(8, "kept by soft references alone"),
      ],
      evidence: [
        `${formatBytes(bytes)}, ${formatShare(bytes, heapBytes)} of the heap, are kept by soft references alone`,
        `${formatQuantity(references.count, "soft reference")} to objects that nothing else holds`,
        "the JVM clears them only when memory runs short: until then the heap looks full",
        ...(field === undefined ? [] : [`many are held by ${field.className}.${field.field}`]),
      ],
      fix,
      elementClasses,
      explains: [],
    },
  ];
}

interface SoftReferences {
  readonly count: number;
  /** Class of the referents that take the most. */
  readonly className: string;
  /** Some of the references to objects of that class. */
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
  let main: { readonly className: string; readonly bytes: number; readonly references: ObjectIndex[] } = {
    className: "java.lang.ref.SoftReference",
    bytes: -1,
    references: [],
  };
  for (const [className, { bytes, references }] of byClass) {
    if (bytes > main.bytes) main = { className, bytes, references };
  }
  return { count, className: main.className, main: main.references };
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
