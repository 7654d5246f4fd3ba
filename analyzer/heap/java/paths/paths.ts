import { ExhumeError } from "../../../base/errors";
import type { Work } from "../../../base/work";
import type { ClassIndex, Heap, ObjectIndex, Reference } from "../../heap";
import { ancestryOf } from "../objects/fieldReads";
import { dominatorChain, edgeBetween, type Softness, softnessOf } from "./edges";
import { rootsByObject, rootsInWords } from "./rootFacts";

export interface PathOptions {
  readonly maximumPaths: number;
  /** Kinds of reference that do not count. */
  readonly exclude: readonly Softness[];
  /** `Class:field` or `Class`, wildcard `*`; subclasses included. References through them do not count. */
  readonly excludeFields?: readonly string[];
  /** Stop at the class objects of loaders that live as long as the JVM: their statics never go away. */
  readonly endAtPermanentClasses?: boolean;
  /** Objects visited before the search gives up. */
  readonly maximumVisited?: number;
}

/** One object on the way from a root to the target, with the reference to the next one. */
export interface PathStep {
  readonly object: ObjectIndex;
  /** How this object refers to the next; undefined for the target itself. */
  readonly reference?: Reference;
}

export interface RootPath {
  /** What kind of root the first step is. */
  readonly roots: readonly string[];
  readonly steps: readonly PathStep[];
}

export interface RootPaths {
  readonly paths: readonly RootPath[];
  /** False when the search stopped at its limit: there may be more, or shorter, paths. */
  readonly complete: boolean;
  /** True when only the dominators could be named, because the search gave up before it met a root. */
  readonly dominatorsOnly: boolean;
}

export const allSoftness: readonly Softness[] = ["weak", "soft", "phantom", "finalizer"];

/** What a search remembers at most: enough for any sensible distance, little enough for any heap. */
const defaultMaximumVisited = 400_000;

/**
 * Shortest paths from GC roots to an object, one per root, the shortest first: a breadth-first search backwards.
 * An object no root reaches has none. Cost is the part of the heap nearer to the object than the roots found.
 */
export function pathsToRoots(heap: Heap, target: ObjectIndex, options: PathOptions, work: Work): RootPaths {
  heap.listReferrers(work);
  const roots = rootsByObject(heap);
  const allows = edgeFilter(heap, options);
  const maximumVisited = options.maximumVisited ?? defaultMaximumVisited;
  /** Next object towards the target. */
  const towards = new Map<ObjectIndex, ObjectIndex>();
  const queue: ObjectIndex[] = [target];
  const ends: ObjectIndex[] = [];
  const seen = new Set<ObjectIndex>([target]);
  let complete = true;
  for (let head = 0; head < queue.length && ends.length < options.maximumPaths; head++) {
    if (head % 256 === 0) {
      work.throwIfCancelled();
      work.report("Searching for roots", Math.min(1, seen.size / maximumVisited));
    }
    const object = queue[head]!;
    if (roots.has(object) || (options.endAtPermanentClasses && isPermanentClassObject(heap, object))) {
      ends.push(object);
      continue;
    }
    for (const referrer of heap.referrersOf(object)) {
      if (seen.has(referrer) || !allows(referrer, object)) continue;
      if (seen.size >= maximumVisited) {
        complete = false;
        break;
      }
      seen.add(referrer);
      towards.set(referrer, object);
      queue.push(referrer);
    }
  }
  if (ends.length === 0 && !complete && heap.hasDominators && !heap.isKnownGarbage(target)) {
    return { paths: [dominatorPath(heap, target)], complete, dominatorsOnly: true };
  }
  const paths = ends.map((end) => ({
    roots: rootsOf(heap, end),
    steps: stepsFrom(heap, end, target, towards),
  }));
  return { paths, complete, dominatorsOnly: false };
}

function stepsFrom(
  heap: Heap,
  end: ObjectIndex,
  target: ObjectIndex,
  towards: ReadonlyMap<ObjectIndex, ObjectIndex>,
): PathStep[] {
  const objects = [end];
  for (let at = end; at !== target; ) {
    at = towards.get(at)!;
    objects.push(at);
  }
  return withReferences(heap, objects);
}

function withReferences(heap: Heap, objects: readonly ObjectIndex[]): PathStep[] {
  return objects.map((object, position) => {
    const next = objects[position + 1];
    const reference = next === undefined ? undefined : edgeBetween(heap, object, next);
    return reference === undefined ? { object } : { object, reference };
  });
}

function dominatorPath(heap: Heap, target: ObjectIndex): RootPath {
  const objects = [...dominatorChain(heap, target)].reverse();
  return { roots: rootsOf(heap, objects[0]!), steps: withReferences(heap, objects) };
}

function rootsOf(heap: Heap, object: ObjectIndex): string[] {
  const words = rootsInWords(heap, object);
  return words.length === 0 && isPermanentClassObject(heap, object) ? ["static field"] : words;
}

const permanentLoaders = new Set([
  "jdk.internal.loader.ClassLoaders$AppClassLoader",
  "jdk.internal.loader.ClassLoaders$PlatformClassLoader",
  "jdk.internal.loader.ClassLoaders$BootClassLoader",
  "sun.misc.Launcher$AppClassLoader",
  "sun.misc.Launcher$ExtClassLoader",
]);

/** True for loaders that are never given up while the JVM runs: boot, platform, application. */
export function isPermanentLoader(heap: Heap, loaderId: bigint): boolean {
  if (loaderId === 0n) return true;
  const loader = heap.indexOf(loaderId);
  return loader !== undefined && permanentLoaders.has(heap.classNameOf(loader));
}

/** Classes whose static fields are as good as roots. */
export function isPermanentClassObject(heap: Heap, object: ObjectIndex): boolean {
  const type = heap.classOfClassObject(object);
  return type !== undefined && isPermanentLoader(heap, heap.classes.loaderIdOf(type));
}

type EdgeFilter = (holder: ObjectIndex, target: ObjectIndex) => boolean;

function edgeFilter(heap: Heap, options: PathOptions): EdgeFilter {
  const excluded = new Set<Softness>(options.exclude);
  const fields = (options.excludeFields ?? []).map(parseFieldPattern);
  const patternsByClass = new Map<ClassIndex, readonly FieldPattern[]>();
  const patternsOf = (type: ClassIndex) => {
    let known = patternsByClass.get(type);
    if (known === undefined) {
      const names = [...ancestryOf(heap, type)].map((ancestor) => heap.classes.nameOf(ancestor));
      known = fields.filter((pattern) => names.some((name) => pattern.matchesClass(name)));
      patternsByClass.set(type, known);
    }
    return known;
  };
  return (holder, target) => {
    const softness = softnessOf(heap, holder);
    if (softness !== undefined && excluded.has(softness)) {
      if (!heap.referencesOf(holder).some((edge) => edge.target === target && edge.strong)) return false;
    }
    if (fields.length === 0) return true;
    const type = heap.classOfClassObject(holder) ?? heap.classOf(holder);
    const patterns = patternsOf(type);
    if (patterns.length === 0) return true;
    if (patterns.some((pattern) => pattern.field === undefined)) return false;
    return heap
      .referencesOf(holder)
      .some((edge) => edge.target === target && !patterns.some((pattern) => pattern.field === edge.name));
  };
}

interface FieldPattern {
  readonly matchesClass: (name: string) => boolean;
  readonly field: string | undefined;
}

function parseFieldPattern(text: string): FieldPattern {
  const match = /^\s*([\w.$*[\]]+?)\s*(?:[:#]\s*([\w$]+)\s*)?$/.exec(text);
  if (match === null) {
    throw new ExhumeError({
      code: "invalid",
      what: `"${text}" is no exclusion; write Class or Class:field, with * for any part of a class name`,
    });
  }
  const pattern = new RegExp(
    `^${match[1]!
      .split("*")
      .map((part) => part.replace(/[.$[\]]/g, "\\$&"))
      .join(".*")}$`,
  );
  return { matchesClass: (name) => pattern.test(name), field: match[2] };
}
