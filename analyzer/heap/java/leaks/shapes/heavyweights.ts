import { formatBytes, formatQuantity } from "../../../../base/figures";
import { shapePart } from "../../../graph/suspects/scoring";
import type { Heap } from "../../../heap";
import { entriesOf } from "../../collections/entries";
import { ancestryOf } from "../../objects/fieldReads";
import type { CollectionProfile } from "../collectionProfile";
import { canGrow } from "../growable";
import type { LeakContext } from "../leakContext";
import type { LeakFinding } from "../suspect";
import { collectionFinding } from "./collectionFinding";

/** Classes, and their subclasses, of which a program has one or a handful: each comes with pools, caches or open files. */
const heavyClasses: readonly string[] = [
  "java.lang.ClassLoader",
  "java.lang.Process",
  "java.util.Timer",
  "java.util.concurrent.AbstractExecutorService",
  "java.util.concurrent.Executors$DelegatedExecutorService",
  "java.util.zip.ZipFile",
  "java.io.FileInputStream",
  "java.io.FileOutputStream",
  "java.io.RandomAccessFile",
  "java.net.http.HttpClient",
  "com.fasterxml.jackson.core.ObjectCodec",
  "org.apache.lucene.index.IndexReader",
];

const least = 200;
const leastShare = 0.1;
const mostOfThem = 0.9;

const fix = "Share one of them, or close each when its work is done and take it out of where it is kept.";

/** Hundreds of what a program has a handful of, in something that grows. */
export function heavyweights({ heap }: LeakContext, profile: CollectionProfile): LeakFinding | undefined {
  const { elements, share, valueClasses, retainedBytes } = profile;
  if (elements < least || share < leastShare || !canGrow(profile)) return undefined;
  const looked = valueClasses.reduce((sum, { count }) => sum + count, 0);
  const generated = classesOfOwnLoaders(heap, profile);
  if (generated !== undefined) return generated;
  const heavy = valueClasses.filter(({ className }) => isHeavy(heap, className));
  const [first] = heavy;
  if (first === undefined || heavy.reduce((sum, { count }) => sum + count, 0) < mostOfThem * looked)
    return undefined;
  return collectionFinding(heap, profile, undefined, {
    parts: [shapePart(24, "many of what a program has a handful of")],
    evidence: [
      `${formatQuantity(elements, "object")} of ${first.className} in one ${profile.className}, about ${formatBytes(Math.round(retainedBytes / elements))} each`,
      "a program has one or a handful of them: they are made again and again, and not let go of",
    ],
    fix,
  });
}

function isHeavy(heap: Heap, className: string): boolean {
  return heap.classes
    .findByName(className)
    .some((type) =>
      [...ancestryOf(heap, type)].some((ancestor) => heavyClasses.includes(heap.classes.nameOf(ancestor))),
    );
}

const sampled = 200;

const fixClasses =
  "Make such a class once for each kind and reuse it, or keep it where it goes with what it was made for; each costs metaspace besides.";

/** Classes, each of a loader of its own: they were made one by one as the program ran. */
function classesOfOwnLoaders(heap: Heap, profile: CollectionProfile): LeakFinding | undefined {
  if (profile.valueClasses[0]?.className !== "java.lang.Class") return undefined;
  const loaders = new Set<bigint>();
  let looked = 0;
  for (const { value } of entriesOf(heap, profile.object)) {
    if (looked++ >= sampled) break;
    const object = heap.indexOf(value);
    const type = object === undefined ? undefined : heap.classOfClassObject(object);
    if (type !== undefined) loaders.add(heap.classes.loaderIdOf(type));
  }
  if (loaders.size === 0 || loaders.size < mostOfThem * Math.min(looked, sampled)) return undefined;
  return collectionFinding(heap, profile, undefined, {
    parts: [shapePart(24, "classes that are made again and again")],
    evidence: [
      `${formatQuantity(profile.elements, "class", "classes")} in one ${profile.className}, each of a loader of its own`,
      "a program loads its classes once: these are made as it runs, and not let go of",
    ],
    fix: fixClasses,
  });
}
