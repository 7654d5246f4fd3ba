import { formatQuantity, formatShare } from "../../../base/figures";
import { dominatorOf, isDominatedBy, retainedTogether } from "../../graph/paths/dominatorChain";
import { accumulations, leastSuspectBytes } from "../../graph/suspects/accumulations";
import { elementsPart, rootPart, sharePart } from "../../graph/suspects/scoring";
import type { ClassIndex, Heap, ObjectIndex } from "../../heap";
import { collectionSizeOf } from "../collections/collection";
import { applicationHoldingOf, enclosingCollectionOf, isApplicationClass } from "../paths/holders";
import { isLibraryClass } from "../paths/libraryPackages";
import { threadNameOf } from "../paths/rootFacts";
import { boundAround, elementClassesOf } from "./collectionProfile";
import type { LeakContext } from "./leakContext";
import { fieldNameOf } from "./shapes/collectionFinding";
import type { LeakFinding } from "./suspect";

/** Objects that keep much of the heap, and classes whose many objects do, not explained by any shape. */
export function generalSuspects(context: LeakContext, explained: readonly ObjectIndex[]): LeakFinding[] {
  const { heap } = context;
  const isExplained = (object: ObjectIndex) => explained.some((each) => isDominatedBy(heap, object, each));
  const objects = memoryPiles(context)
    .filter(
      (object) =>
        !isExplained(object) &&
        // What evicts by itself has the size somebody gave it.
        boundAround(heap, object) === undefined &&
        explainedBytes(heap, object, explained) < 0.5 * heap.retainedSizeOf(object),
    )
    .map((object) => objectFinding(context, object));
  const groups = classGroups(context, [...explained, ...objects.flatMap((finding) => finding.explains)]);
  return [...objects, ...groups];
}

function explainedBytes(heap: Heap, object: ObjectIndex, explained: readonly ObjectIndex[]): number {
  return retainedTogether(
    heap,
    explained.filter((each) => isDominatedBy(heap, each, object)),
  );
}

/** Where memory piles up: the whole collection, not its table. */
function memoryPiles({ heap, totalBytes, work }: LeakContext): ObjectIndex[] {
  const found = accumulations(heap, totalBytes, (object) => isPassThrough(heap, object), work);
  return [...new Set(found.map((object) => enclosingCollectionOf(heap, object) ?? object))];
}

/** Loaders, modules and groups of threads pass on what they hold. */
function isPassThrough(heap: Heap, object: ObjectIndex): boolean {
  if (heap.classOfClassObject(object) !== undefined) return false;
  const name = heap.classNameOf(object);
  if (/ClassLoader$|ClassLoaders\$|^java\.lang\.(Module|ThreadGroup)/.test(name)) return true;
  // The books a loader keeps of its classes.
  const dominator = dominatorOf(heap, object);
  return (
    dominator !== undefined &&
    /^(java\.util\.(ArrayList|Vector|concurrent\.ConcurrentHashMap)|java\.lang\.Object\[\])/.test(name) &&
    [dominator, dominatorOf(heap, dominator)].some(
      (above) => above !== undefined && /ClassLoader/.test(heap.classNameOf(above)),
    )
  );
}

function objectFinding({ heap, totalBytes }: LeakContext, object: ObjectIndex): LeakFinding {
  const type = heap.classOfClassObject(object);
  const className = type === undefined ? heap.classNameOf(object) : `class ${heap.classes.nameOf(type)}`;
  const retainedBytes = heap.retainedSizeOf(object);
  const share = retainedBytes / Math.max(1, totalBytes);
  const field = type === undefined ? applicationHoldingOf(heap, object) : undefined;
  const elements =
    collectionSizeOf(heap, object)?.size ??
    (heap.elementTypeOf(object) === undefined ? undefined : heap.lengthOf(object));
  const thread = isThread(heap, object) ? threadNameOf(heap, object) : undefined;
  const elementClasses = elementClassesOf(heap, object);
  const kinds = elementClasses.length === 0 ? "" : `, mostly ${elementClasses[0]!.className}`;
  return {
    kind: "object",
    object,
    className,
    objects: 1,
    retainedBytes,
    ...(field === undefined ? {} : { field: fieldNameOf(field) }),
    accumulation: { object, className, retainedBytes, ...(elements === undefined ? {} : { elements }) },
    parts: [
      sharePart(share),
      elementsPart(elements ?? 0),
      rootPart(field?.static === true, field === undefined ? "held by a root" : "held by a field"),
    ],
    evidence: [
      `one ${className} keeps ${formatShare(share, 1)} of the reachable heap`,
      "below it the memory is spread over many objects: this is where it piles up",
      ...(elements === undefined ? [] : [`${formatQuantity(elements, "element")}${kinds}`]),
      ...(field === undefined ? [] : [`held by ${field.className}.${field.field}`]),
    ],
    ...(thread === undefined ? {} : { threadName: thread }),
    ...(elementClasses.length === 0 ? {} : { elementClasses }),
    explains: [object],
  };
}

function isThread(heap: Heap, object: ObjectIndex): boolean {
  const [thread] = heap.classes.findByName("java.lang.Thread");
  return thread !== undefined && heap.classes.isSubclassOf(heap.classOf(object), thread);
}

const leastGroup = 100;
const sampledObjects = 64;

/** Classes of the application whose objects keep much together though none does alone. */
function classGroups(
  { heap, totalBytes, work }: LeakContext,
  explained: readonly ObjectIndex[],
): LeakFinding[] {
  const least = leastSuspectBytes(totalBytes);
  const findings: LeakFinding[] = [];
  for (let index = 0; index < heap.classes.count; index++) {
    const type = index as ClassIndex;
    const objects = heap.classes.instanceCountOf(type);
    const bytes = heap.classes.retainedBytesOf(type) ?? 0;
    if (objects < leastGroup || bytes < least || !isOwnClass(heap.classes.nameOf(type))) continue;
    work.throwIfCancelled();
    const sample = sampleOf(heap, type);
    const unexplained = sample.filter(
      (object) => !explained.some((each) => isDominatedBy(heap, object, each)),
    );
    if (sample.length === 0 || unexplained.length < sample.length / 2) continue;
    findings.push(groupFinding(heap, type, objects, bytes, totalBytes, unexplained));
  }
  return findings.sort((a, b) => b.retainedBytes - a.retainedBytes).slice(0, 3);
}

function sampleOf(heap: Heap, type: ClassIndex): ObjectIndex[] {
  const stride = Math.max(1, Math.floor(heap.classes.instanceCountOf(type) / sampledObjects));
  const sample: ObjectIndex[] = [];
  let position = 0;
  heap.forEachInstance(type, (object) => {
    if (position++ % stride === 0 && heap.retainedSizeOf(object) > 0) sample.push(object);
    return sample.length < sampledObjects;
  });
  return sample;
}

function groupFinding(
  heap: Heap,
  type: ClassIndex,
  objects: number,
  bytes: number,
  totalBytes: number,
  sample: readonly ObjectIndex[],
): LeakFinding {
  const className = heap.classes.nameOf(type);
  const share = bytes / Math.max(1, totalBytes);
  const first = sample.reduce((best, each) =>
    heap.retainedSizeOf(each) > heap.retainedSizeOf(best) ? each : best,
  );
  const field = applicationHoldingOf(heap, first);
  return {
    kind: "group",
    object: first,
    className,
    objects,
    retainedBytes: bytes,
    ...(field === undefined ? {} : { field: fieldNameOf(field) }),
    parts: [sharePart(share), elementsPart(objects), rootPart(false, "spread over many holders")],
    evidence: [
      `${formatQuantity(objects, "object")} of ${className} keep ${formatShare(share, 1)} of the reachable heap together`,
      ...(field === undefined ? [] : [`many are held by ${field.className}.${field.field}`]),
    ],
    explains: [],
  };
}

function isOwnClass(name: string): boolean {
  return isApplicationClass(name) && !isLibraryClass(name);
}
