import type { RootKind } from "../../heap";
import type { ClassRow } from "./classRows";
import type { DumpedThread } from "./dumpedRoots";
import { kindOfRoot, type RootTable } from "./rootTable";

/** What holds the graph from outside. */
export interface RootGroups {
  /** Nodes the virtual root holds, each once. */
  readonly roots: Uint32Array;
  /** Thread objects' frame locals: edges of the thread, not roots, so that a thread retains its locals. */
  readonly extraEdges: ReadonlyMap<number, readonly number[]>;
  /** Class object an instance of a class refers to, -1 when it is a root. */
  readonly typeEdge: Int32Array;
}

/** What a frame of a thread holds. */
const threadBound: ReadonlySet<RootKind> = new Set<RootKind>([
  "jni-local",
  "java-frame",
  "native-stack",
  "thread-block",
]);

/**
 * Sorts roots: what a thread's frames hold hangs off the thread object when the dump has it. System classes are
 * those the dump calls sticky (not all of the boot loader's: hidden classes of lambdas are unloadable); boot array
 * classes have no record of their own and live as long.
 */
export function rootGroups(
  classes: readonly ClassRow[],
  objectCount: number,
  roots: RootTable,
  threads: readonly DumpedThread[],
): RootGroups {
  const locals = localsByThread(roots, threads);
  const held = new Set<number>();
  const threadObjects = objectsBySerial(threads);
  let hasSticky = false;
  roots.objects.forEach((object, row) => {
    const kind = kindOfRoot(roots, row);
    hasSticky ||= kind === "sticky-class";
    if (!threadBound.has(kind) || !threadObjects.has(roots.threadSerials[row]!)) held.add(object);
  });
  classes.forEach((row, type) => {
    const isBoot = row.loaderId === 0n;
    if (row.id !== 0n && isBoot && (row.name.endsWith("[]") || !hasSticky)) held.add(objectCount + type);
  });
  return {
    roots: Uint32Array.from([...held].sort((a, b) => a - b)),
    extraEdges: locals,
    // Classes we made up (id 0) have no class object: nothing holds one and nobody should see one.
    typeEdge: Int32Array.from(classes, (row, type) =>
      row.id === 0n || held.has(objectCount + type) ? -1 : objectCount + type,
    ),
  };
}

/** What the frames of each thread hold, by thread object, each object once. */
export function localsByThread(
  roots: RootTable,
  threads: readonly DumpedThread[],
): ReadonlyMap<number, readonly number[]> {
  const objects = objectsBySerial(threads);
  const locals = new Map<number, number[]>();
  roots.objects.forEach((object, row) => {
    if (!threadBound.has(kindOfRoot(roots, row))) return;
    const thread = objects.get(roots.threadSerials[row]!);
    if (thread === undefined || object === thread) return;
    const list = locals.get(thread);
    if (list === undefined) locals.set(thread, [object]);
    else list.push(object);
  });
  // One set at a time, and each once, in whatever order threads come: roots are foreign.
  for (const [thread, list] of locals) locals.set(thread, [...new Set(list)]);
  return locals;
}

function objectsBySerial(threads: readonly DumpedThread[]): ReadonlyMap<number, number> {
  return new Map(threads.filter(({ object }) => object >= 0).map(({ serial, object }) => [serial, object]));
}
