import type { Work } from "../../../base/work";
import { type RootPath, type RootPaths, shortestPaths } from "../../graph/paths/shortestPaths";
import type { Heap, ObjectIndex } from "../../heap";
import { describedHeap } from "../objects/describedHeap";
import type { Softness } from "./edges";
import { referenceFilter } from "./referenceFilter";

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

export const allSoftness: readonly Softness[] = ["weak", "soft", "phantom", "finalizer"];

/** Shortest paths from GC roots to an object of a JVM. */
export function pathsToRoots(heap: Heap, target: ObjectIndex, options: PathOptions, work: Work): RootPaths {
  const { exclude, excludeFields, endAtPermanentClasses, ...limits } = options;
  const isEnd = (object: ObjectIndex) => isPermanentClassObject(heap, object);
  const found = shortestPaths(
    describedHeap(heap),
    target,
    {
      ...limits,
      allows: referenceFilter(heap, { kinds: exclude, fields: excludeFields }),
      ...(endAtPermanentClasses === true ? { isEnd } : {}),
    },
    work,
  );
  return { ...found, paths: found.paths.map((path) => fromStatics(heap, path)) };
}

/** A path that begins at a class object which is as good as a root. */
function fromStatics(heap: Heap, path: RootPath): RootPath {
  const isStatic = path.roots.length === 0 && isPermanentClassObject(heap, path.steps[0]!.object);
  return isStatic ? { ...path, roots: ["static field"] } : path;
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
