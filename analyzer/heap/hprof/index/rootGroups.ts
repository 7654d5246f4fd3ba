import type { ClassRow } from "./classRows";
import type { RootRow, ThreadRow } from "./heapColumns";

/** What holds the graph from outside. */
export interface RootGroups {
  /** Nodes the virtual root holds, each once. */
  readonly roots: Uint32Array;
  /** Thread objects' frame locals: edges of the thread, not roots, so that a thread retains its locals. */
  readonly extraEdges: ReadonlyMap<number, readonly number[]>;
  /** Class object an instance of a class refers to, -1 when it is a root. */
  readonly typeEdge: Int32Array;
}

const threadBound: ReadonlySet<string> = new Set(["jni-local", "java-frame", "native-stack", "thread-block"]);

/**
 * Sorts roots: what a thread's frames hold hangs off the thread object when the dump has it. System classes are
 * those the dump calls sticky (not all of the boot loader's: hidden classes of lambdas are unloadable); boot array
 * classes have no record of their own and live as long.
 */
export function rootGroups(
  classes: readonly ClassRow[],
  objectCount: number,
  roots: readonly RootRow[],
  threads: readonly ThreadRow[],
): RootGroups {
  const threadObject = new Map<number, number>();
  for (const thread of threads) if (thread.object >= 0) threadObject.set(thread.serial, thread.object);
  const held = new Set<number>();
  const extra = new Map<number, Set<number>>();
  for (const root of roots) {
    const thread = threadBound.has(root.kind) ? threadObject.get(root.threadSerial) : undefined;
    if (thread === undefined) held.add(root.object);
    else if (root.object !== thread) {
      const locals = extra.get(thread);
      if (locals === undefined) extra.set(thread, new Set([root.object]));
      else locals.add(root.object);
    }
  }
  const hasSticky = roots.some((root) => root.kind === "sticky-class");
  classes.forEach((row, type) => {
    const isBoot = row.loaderId === 0n;
    if (row.id !== 0n && isBoot && (row.name.endsWith("[]") || !hasSticky)) held.add(objectCount + type);
  });
  return {
    roots: Uint32Array.from([...held].sort((a, b) => a - b)),
    extraEdges: new Map([...extra].map(([thread, locals]) => [thread, [...locals]])),
    // Classes we made up (id 0) have no class object: nothing holds one and nobody should see one.
    typeEdge: Int32Array.from(classes, (row, type) =>
      row.id === 0n || held.has(objectCount + type) ? -1 : objectCount + type,
    ),
  };
}
