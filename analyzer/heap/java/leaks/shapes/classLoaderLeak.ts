import { formatBytes, formatQuantity } from "../../../../base/figures";
import { dominatorOf, retainedTogether } from "../../../graph/paths/dominatorChain";
import type { Holding } from "../../../graph/paths/holding";
import { elementsPart, rootPart, shapePart, sharePart } from "../../../graph/suspects/scoring";
import type { ClassIndex, Heap, ObjectIndex } from "../../../heap";
import { ancestryOf } from "../../objects/fieldReads";
import { applicationHoldingOf } from "../../paths/holders";
import { isPermanentLoader } from "../../paths/paths";
import type { LeakContext } from "../leakContext";
import type { LeakFinding } from "../suspect";
import { fieldNameOf } from "./collectionFinding";

const fix =
  "Undo on shutdown what the application registered outside itself: drivers, hooks, listeners, thread-locals, threads, caches and singletons of shared libraries.";

/** Loaders of one application: one per deployment that is still there. */
interface Application {
  readonly loaderClass: string;
  readonly loaders: readonly ObjectIndex[];
  /** Classes that more than one of them has loaded. */
  readonly sharedNames: readonly string[];
}

const leastLoaders = 3;
/** Applications that merely have a library in common share fewer of their classes than this. */
const sameApplication = 0.5;
const leastShare = 0.01;

/** Several loaders that loaded the same classes: deployments that were replaced and are still held. */
export function classLoaderLeak({ heap, totalBytes, work }: LeakContext): LeakFinding[] {
  const findings: LeakFinding[] = [];
  for (const application of applicationsOf(heap)) {
    work.throwIfCancelled();
    if (application.loaders.length < leastLoaders) continue;
    const tops = [...new Set(application.loaders.map((loader) => topOfLoader(heap, loader)))];
    const bytes = retainedTogether(heap, tops);
    if (bytes < leastShare * totalBytes) continue;
    findings.push(findingOf(heap, application, tops, bytes, totalBytes));
  }
  return findings;
}

/** Groups loaders by their class and the classes they have in common with another loader of it. */
function applicationsOf(heap: Heap): Application[] {
  const namesByLoader = new Map<ObjectIndex, Set<string>>();
  for (let index = 0; index < heap.classes.count; index++) {
    const type = index as ClassIndex;
    const id = heap.classes.loaderIdOf(type);
    const loader = heap.indexOf(id);
    if (loader === undefined || isPermanentLoader(heap, id) || isForReflection(heap, loader)) continue;
    const name = heap.classes.nameOf(type);
    if (/\$\$Lambda|\[\]$|\$Proxy\d/.test(name)) continue;
    const names = namesByLoader.get(loader);
    if (names === undefined) namesByLoader.set(loader, new Set([name]));
    else names.add(name);
  }
  const byKey = new Map<string, ObjectIndex[]>();
  const loadersByName = new Map<string, ObjectIndex[]>();
  for (const [loader, names] of namesByLoader) {
    for (const name of names) {
      const key = `${heap.classNameOf(loader)} ${name}`;
      const known = loadersByName.get(key);
      if (known === undefined) loadersByName.set(key, [loader]);
      else known.push(loader);
    }
  }
  const shared = new Map<string, string[]>();
  for (const [key, loaders] of loadersByName) {
    if (loaders.length < 2) continue;
    const group = loaders.join(",");
    byKey.set(group, loaders);
    const name = key.slice(key.indexOf(" ") + 1);
    const names = shared.get(group);
    if (names === undefined) shared.set(group, [name]);
    else names.push(name);
  }
  const groups = [...byKey].map(([group, loaders]) => ({
    loaderClass: heap.classNameOf(loaders[0]!),
    loaders,
    sharedNames: shared.get(group) ?? [],
  }));
  return largestGroups(
    groups.filter(({ loaders, sharedNames }) => {
      const sizes = loaders.map((loader) => namesByLoader.get(loader)?.size ?? 0);
      const smallest = sizes.reduce((least, size) => Math.min(least, size), Number.POSITIVE_INFINITY);
      return sharedNames.length >= sameApplication * smallest;
    }),
  );
}

/** A loader belongs to the group of the most loaders it shares a class with. */
function largestGroups(groups: readonly Application[]): Application[] {
  const taken = new Set<ObjectIndex>();
  const result: Application[] = [];
  const bySize = [...groups].sort(
    (a, b) => b.loaders.length - a.loaders.length || b.sharedNames.length - a.sharedNames.length,
  );
  for (const group of bySize) {
    if (group.loaders.some((loader) => taken.has(loader))) continue;
    for (const loader of group.loaders) taken.add(loader);
    result.push(group);
  }
  return result;
}

function isForReflection(heap: Heap, loader: ObjectIndex): boolean {
  for (const ancestor of ancestryOf(heap, heap.classOf(loader))) {
    if (/reflect\.DelegatingClassLoader|MethodUtil|lambda/.test(heap.classes.nameOf(ancestor))) return true;
  }
  return false;
}

/**
 * The highest dominator that still belongs to the loader: the loader, one of its classes, or an instance of one.
 * What holds the deployment holds this object.
 */
export function topOfLoader(heap: Heap, loader: ObjectIndex): ObjectIndex {
  const id = heap.idOf(loader);
  let top = loader;
  for (let above = dominatorOf(heap, loader); above !== undefined; above = dominatorOf(heap, above)) {
    const type = heap.classOfClassObject(above) ?? heap.classOf(above);
    if (heap.classes.loaderIdOf(type) !== id) break;
    top = above;
  }
  return top;
}

function findingOf(
  heap: Heap,
  { loaderClass, loaders, sharedNames }: Application,
  tops: readonly ObjectIndex[],
  bytes: number,
  totalBytes: number,
): LeakFinding {
  const pins = pinsOf(heap, tops, loaders);
  const field = pins[0]?.holding;
  const first = loaders.reduce((best, each) =>
    heap.retainedSizeOf(topOfLoader(heap, each)) > heap.retainedSizeOf(topOfLoader(heap, best)) ? each : best,
  );
  const top = topOfLoader(heap, first);
  const evidence = [
    `${formatQuantity(loaders.length, "loader")} of ${loaderClass} have each loaded ${sharedNames.slice(0, 3).join(", ")}${sharedNames.length > 3 ? ` and ${sharedNames.length - 3} more classes` : ""}`,
    `they keep ${formatBytes(bytes)} together; only the newest should be alive`,
    ...pins
      .slice(0, 3)
      .map(
        ({ holding, count }) =>
          `${count} of them pinned through ${holding.static ? "the static field" : "the field"} ${holding.className}.${holding.field}`,
      ),
  ];
  return {
    shape: "class-loader-leak",
    kind: "group",
    object: first,
    className: loaderClass,
    objects: loaders.length,
    retainedBytes: bytes,
    ...(field === undefined ? {} : { field: fieldNameOf(field) }),
    accumulation: {
      object: top,
      className: heap.classOfClassObject(top) === undefined ? heap.classNameOf(top) : loaderClass,
      retainedBytes: heap.retainedSizeOf(top),
    },
    parts: [
      sharePart(bytes / Math.max(1, totalBytes)),
      elementsPart(loaders.length, 10),
      rootPart(
        field?.static === true,
        field === undefined ? "no pinning field found" : "pinned from outside",
      ),
      shapePart(Math.min(40, 20 + 2 * loaders.length), "several loaders of the same classes"),
    ],
    evidence,
    fix,
    loader: loaderClass,
    explains: [...tops, ...loaders],
  };
}

/** Fields outside the deployments that hold their top objects, the one holding most of them first. */
function pinsOf(
  heap: Heap,
  tops: readonly ObjectIndex[],
  loaders: readonly ObjectIndex[],
): { holding: Holding; count: number }[] {
  const inside = new Set(loaders.map((loader) => heap.idOf(loader)));
  const isInside = (holder: ObjectIndex) =>
    inside.has(heap.classes.loaderIdOf(heap.classOfClassObject(holder) ?? heap.classOf(holder)));
  const pins = new Map<string, { holding: Holding; count: number }>();
  for (const top of tops.slice(0, 50)) {
    const holding = applicationHoldingOf(heap, top, isInside);
    if (holding === undefined) continue;
    const key = `${holding.className}.${holding.field}`;
    const known = pins.get(key);
    if (known === undefined) pins.set(key, { holding, count: 1 });
    else known.count++;
  }
  return [...pins.values()].sort((a, b) => b.count - a.count);
}
