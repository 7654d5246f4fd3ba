import type { Work } from "../../../base/work";
import type { JavaObjects } from "../javaObjects";
import { staticObjectOf } from "../javaStatics";
import type { Klass } from "../klassTable";
import { virtualThreadClass } from "./stackChunks";

/** As many as goroutines of one process. */
const mostThreads = 4_000_000;
/** Containers, slots of tables (twice as many as threads) and links from one entry to the next. A `Set` holds more. */
const mostSteps = 14_000_000;
/** Each takes more of the core: lists that lead back into themselves, or into each other, end before long. */
const bytesOfStep = 8;
const pageBytes = 4096;

/** What looking for threads may cost. */
export interface ListLimits extends Pick<Work, "throwIfCancelled"> {
  /** Of memory in the core. */
  readonly coreBytes: number;
}

export interface ListedThreads {
  /** Addresses of their objects, each once. */
  readonly threads: readonly number[];
  /** False where the process was told to count threads that belong to no pool instead of listing them. */
  readonly isComplete: boolean;
}

/**
 * The virtual threads that live, by the lists the JDK keeps of them for its own thread dumps (JDK 21 on): of those of
 * pools and structured tasks, and of those started by themselves. Nothing of the heap is walked.
 * @param platformThreads objects of threads of the system: structured tasks hang on those that opened them
 * @returns undefined when the JVM has no virtual threads, or was never asked to start one
 * @throws ExhumeError `cancelled`
 */
export function listVirtualThreads(
  objects: JavaObjects,
  platformThreads: readonly number[],
  limits: ListLimits,
): ListedThreads | undefined {
  const { klasses } = objects;
  const containers = klasses.byNameOrUndefined("jdk/internal/vm/ThreadContainers");
  const virtualThread = klasses.byNameOrUndefined(virtualThreadClass);
  if (containers === undefined || virtualThread === undefined) return undefined;
  const reader = new ContainerReader(objects, virtualThread, limits);
  const root = staticObjectOf(objects, containers, "ROOT_CONTAINER");
  const tracking = root === undefined ? undefined : objects.klassOf(root);
  const listed = tracking && staticObjectOf(objects, tracking, "VTHREADS");
  reader.addSet(listed);
  const registry = staticObjectOf(objects, containers, "CONTAINER_REGISTRY");
  for (const reference of reader.keysOf(registry)) {
    const container = objects.fieldOf(reference, "referent");
    if (container !== undefined) reader.addContainer(container);
  }
  for (const thread of platformThreads) reader.addScopesOf(thread);
  return { threads: reader.withScopes(), isComplete: listed !== undefined };
}

/** Gathers threads from the sets of containers: `ConcurrentHashMap`s whose keys are the threads. */
class ContainerReader {
  private readonly threads: number[] = [];
  private readonly seen = new Set<number>();
  /** Each belongs to one set. */
  private readonly tables = new Set<number>();
  private stepsLeft: number;

  constructor(
    private readonly objects: JavaObjects,
    private readonly virtualThread: Klass,
    private readonly limits: ListLimits,
  ) {
    this.stepsLeft = Math.min(mostSteps, limits.coreBytes / bytesOfStep);
  }

  addContainer(container: number): void {
    const { objects } = this;
    if (this.seen.has(container)) return;
    this.seen.add(container);
    const flock = objects.fieldOf(container, "flock");
    this.addSet(objects.fieldOf(flock ?? container, "threads"));
    this.addSet(objects.fieldOf(container, "virtualThreads"));
  }

  addSet(set: number | undefined): void {
    for (const thread of this.keysOf(set)) {
      if (this.threads.length >= mostThreads || this.seen.has(thread)) continue;
      if (this.objects.klassOf(thread)?.address !== this.virtualThread.address) continue;
      this.seen.add(thread);
      this.threads.push(thread);
    }
  }

  /** Structured tasks that a thread has open: their threads may have some open too. */
  addScopesOf(thread: number): void {
    const { objects } = this;
    let scope = objects.fieldOf(thread, "headStackableScopes");
    while (scope !== undefined && !this.seen.has(scope) && this.mayStep()) {
      this.addContainer(scope);
      scope = objects.fieldOf(scope, "previous");
    }
  }

  withScopes(): readonly number[] {
    // The list grows meanwhile.
    for (let index = 0; index < this.threads.length; index++) this.addScopesOf(this.threads[index]!);
    return this.threads;
  }

  /** Of a set made by `ConcurrentHashMap.newKeySet()`. */
  *keysOf(set: number | undefined): Generator<number> {
    const { objects, tables } = this;
    const map = set === undefined ? undefined : objects.fieldOf(set, "map");
    let table = map === undefined ? undefined : objects.fieldOf(map, "table");
    while (table !== undefined && !tables.has(table)) {
      tables.add(table);
      const start = objects.elementsOf(table);
      const length = objects.lengthOf(table) ?? 0;
      const current = table;
      table = undefined;
      if (start === undefined || length > mostSteps) return;
      const end = start + length * objects.referenceBytes;
      for (let at = start; at < end && this.mayStep(); at += objects.referenceBytes) {
        let node = objects.references.fieldAt(at);
        // What is not in the core is missing to the end of its page.
        if (node === undefined) at = at - (at % pageBytes) + pageBytes - objects.referenceBytes;
        // While the table grows, what has been moved is in the next one; a bin with many entries is a tree with a list.
        const next = node ? objects.fieldOf(node, "nextTable") : undefined;
        if (next !== undefined && next !== current) table = next;
        if (node) node = objects.fieldOf(node, "first") ?? node;
        yield* this.keysFrom(node);
      }
    }
  }

  /** Of a list of entries, to its end or where it leads back into itself. */
  private *keysFrom(first: number | undefined): Generator<number> {
    const { objects } = this;
    let behind: number | undefined;
    let steps = 0;
    for (
      let node = first;
      node && node !== behind && this.mayStep();
      node = objects.fieldOf(node, "next"), steps++
    ) {
      const key = objects.fieldOf(node, "key");
      if (key !== undefined) yield key;
      // At powers of two: a circle is left after as many steps as it has taken to come into it, and once around.
      if ((steps & (steps - 1)) === 0) behind = node;
    }
  }

  private mayStep(): boolean {
    this.limits.throwIfCancelled();
    return this.stepsLeft-- > 0;
  }
}
