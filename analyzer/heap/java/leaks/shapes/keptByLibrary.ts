import { formatQuantity, formatShare } from "../../../../base/figures";
import { forEachInstanceOf } from "../../../graph/opened/instances";
import { dominatorChain } from "../../../graph/paths/dominatorChain";
import { elementsPart, rootPart, shapePart, sharePart } from "../../../graph/suspects/scoring";
import type { Heap, ObjectIndex } from "../../../heap";
import { collectionSizeOf } from "../../collections/collection";
import { countEntries } from "../../collections/entries";
import { numberIn, referenceAlong, subclassesOf } from "../../objects/fieldReads";
import { applicationHoldingOf } from "../../paths/holders";
import { isThread } from "../../program/threads";
import type { LeakContext } from "../leakContext";
import { type LibraryKeeper, libraryKeepers } from "../libraryKeepers";
import { bytesWith } from "../memoryPiles";
import type { LeakFinding } from "../suspect";
import { fieldNameOf } from "./collectionFinding";

const leastShare = 0.05;
const points = 30;
const mostCounted = 1_000_000;

/** What well-known objects of libraries keep because nobody tells them to let go. */
export function keptByLibrary(context: LeakContext): LeakFinding[] {
  const { heap, totalBytes, work } = context;
  const findings: LeakFinding[] = [];
  for (const keeper of libraryKeepers) {
    const wanted = subclassesOf(heap, [keeper.className]);
    if (!wanted.includes(1)) continue;
    forEachInstanceOf(heap, wanted, work, "Looking at what libraries keep", (object) => {
      if (heap.retainedSizeOf(object) < leastShare * totalBytes) return;
      if (keeper.limit !== undefined && (numberAlong(heap, object, keeper.limit) ?? 1) > 0) return;
      if (keeper.forOneMethod === true && isUnderWay(heap, object)) return;
      const kept = keptIn(heap, object, keeper);
      if (kept.elements >= keeper.least && kept.bytes >= leastShare * totalBytes)
        findings.push(findingOf(context, object, kept, keeper));
    });
  }
  return findings;
}

/** Whether local variables of a running method alone keep it. */
function isUnderWay(heap: Heap, object: ObjectIndex): boolean {
  for (const above of dominatorChain(heap, object)) if (isThread(heap, above)) return true;
  return false;
}

interface Kept {
  readonly elements: number;
  readonly bytes: number;
  /** The collection, or the object itself where that only counts. */
  readonly container: ObjectIndex;
}

/** How many there are, and the bytes that are theirs: the object itself may keep much besides. */
function keptIn(heap: Heap, object: ObjectIndex, { elements }: LibraryKeeper): Kept {
  const retainedBytes = heap.retainedSizeOf(object);
  const counted = numberAlong(heap, object, elements);
  if (counted !== undefined) return { elements: counted, bytes: retainedBytes, container: object };
  const collection = referenceAlong(heap, object, elements);
  if (collection === undefined) return { elements: 0, bytes: 0, container: object };
  const size = collectionSizeOf(heap, collection)?.size ?? countEntries(heap, collection, mostCounted);
  const bytes = Math.min(retainedBytes, bytesWith(heap, collection, size, object));
  return { elements: size, bytes, container: collection };
}

function numberAlong(heap: Heap, object: ObjectIndex, path: string): number | undefined {
  const dot = path.lastIndexOf(".");
  const owner = dot < 0 ? object : referenceAlong(heap, object, path.slice(0, dot));
  return owner === undefined ? undefined : numberIn(heap, owner, path.slice(dot + 1));
}

function findingOf(
  { heap, totalBytes }: LeakContext,
  object: ObjectIndex,
  { elements, bytes: retainedBytes, container }: Kept,
  { noun, why, shape, fix }: LibraryKeeper,
): LeakFinding {
  const className = heap.classNameOf(object);
  const share = retainedBytes / Math.max(1, totalBytes);
  const field = applicationHoldingOf(heap, container);
  return {
    ...(shape === undefined ? {} : { shape }),
    kind: "object",
    object,
    className,
    objects: 1,
    retainedBytes,
    ...(field === undefined ? {} : { field: fieldNameOf(field) }),
    accumulation: { object, className, retainedBytes, elements },
    parts: [
      sharePart(share),
      elementsPart(elements),
      rootPart(field?.static === true, field === undefined ? "held by a root" : "held by a field"),
      shapePart(points, why),
    ],
    evidence: [
      `${formatQuantity(elements, noun)} in one ${className}, ${formatShare(share, 1)} of the reachable heap`,
      why,
      ...(field === undefined ? [] : [`held by ${field.className}.${field.field}`]),
    ],
    fix,
    explains: [object],
  };
}
