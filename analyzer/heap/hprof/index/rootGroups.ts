import type { GcRoot, RootKind } from "../../heap";
import type { ClassRow } from "./classRows";
import type { DumpedThread } from "./dumpedRoots";

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
  roots: readonly GcRoot[],
  threads: readonly DumpedThread[],
): RootGroups {
  const locals = localsByThread(roots, threads);
  const held = new Set<number>();
  const threadObjects = objectsBySerial(threads);
  for (const root of roots) if (threadOf(root, threadObjects) === undefined) held.add(root.object);
  const hasSticky = roots.some((root) => root.kind === "sticky-class");
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
  roots: readonly GcRoot[],
  threads: readonly DumpedThread[],
): ReadonlyMap<number, readonly number[]> {
  const objects = objectsBySerial(threads);
  const locals = new Map<number, Set<number>>();
  for (const root of roots) {
    const thread = threadOf(root, objects);
    if (thread === undefined || root.object === thread) continue;
    const known = locals.get(thread);
    if (known === undefined) locals.set(thread, new Set([root.object]));
    else known.add(root.object);
  }
  return new Map([...locals].map(([thread, held]) => [thread, [...held]]));
}

function objectsBySerial(threads: readonly DumpedThread[]): ReadonlyMap<number, number> {
  return new Map(threads.filter(({ object }) => object >= 0).map(({ serial, object }) => [serial, object]));
}

/** The thread whose frame holds a root, undefined for roots of their own. */
function threadOf(
  { kind, threadSerial }: GcRoot,
  threadObjects: ReadonlyMap<number, number>,
): number | undefined {
  return threadBound.has(kind) ? threadObjects.get(threadSerial) : undefined;
}
