import type { Work } from "../../../base/work";
import { accumulations } from "../../graph/suspects/accumulations";
import { type ClassIndex, type Heap, type ObjectIndex, type RootKind, virtualRoot } from "../../heap";

/** What a heap is apart from its contents and names: two heaps of one shape have equal figures and digests. */
export interface HeapShape {
  readonly objects: number;
  readonly shallowBytes: number;
  readonly classes: number;
  readonly threads: number;
  readonly frames: number;
  readonly roots: readonly { readonly kind: RootKind; readonly count: number }[];
  /** Absent when dominators were left out. */
  readonly reachable?: { readonly objects: number; readonly bytes: number };
  readonly digests: {
    /** Of every object: id, class, shallow size. */
    readonly objects: string;
    /** Of every object: retained size and immediate dominator; absent without dominators. */
    readonly dominators?: string;
    /** Of every class: id, superclass, loader, instances, bytes, retained bytes. */
    readonly classes: string;
    readonly roots: string;
    /** Of every thread: serial, object, lines of its frames. */
    readonly threads: string;
  };
  readonly biggest: readonly Holding[];
  /** Where memory piles up, whatever the objects are: what leak suspects are by the graph alone. */
  readonly piles: readonly Holding[];
}

interface Holding {
  readonly object: bigint;
  readonly retainedBytes: number;
}

const biggestCount = 100;

export function heapShape(heap: Heap, work: Work): HeapShape {
  const objects = new Digest();
  const dominators = new Digest();
  let shallowBytes = 0;
  let reachableObjects = 0;
  let reachableBytes = 0;
  for (let k = 0; k < heap.nodeCount; k++) {
    if ((k & 0xffff) === 0) {
      work.throwIfCancelled();
      work.report("Comparing", k / heap.nodeCount);
    }
    const object = k as ObjectIndex;
    const shallow = heap.shallowSizeOf(object);
    objects.addId(heap.idOf(object));
    objects.add(heap.classOf(object));
    objects.add(shallow);
    shallowBytes += shallow;
    if (!heap.hasDominators) continue;
    const dominator = heap.immediateDominatorOf(object);
    const retained = heap.retainedSizeOf(object);
    dominators.add(dominator);
    dominators.add(retained);
    if (!heap.isKnownGarbage(object)) {
      reachableObjects++;
      reachableBytes += shallow;
    }
  }
  return {
    objects: heap.nodeCount,
    shallowBytes,
    classes: heap.classes.count,
    threads: heap.threads.length,
    frames: heap.threads.reduce((sum, { frames }) => sum + frames.length, 0),
    roots: rootCounts(heap),
    ...(heap.hasDominators ? { reachable: { objects: reachableObjects, bytes: reachableBytes } } : {}),
    digests: {
      objects: objects.text(),
      ...(heap.hasDominators ? { dominators: dominators.text() } : {}),
      classes: classDigest(heap),
      roots: rootDigest(heap),
      threads: threadDigest(heap),
    },
    biggest: heap.hasDominators ? holdings(heap, heap.dominatedBy(virtualRoot, 0, biggestCount)) : [],
    piles: heap.hasDominators
      ? holdings(
          heap,
          accumulations(heap, reachableBytes, () => false, work),
        )
      : [],
  };
}

function rootCounts(heap: Heap): { readonly kind: RootKind; readonly count: number }[] {
  const counts = new Map<RootKind, number>();
  for (const { kind } of heap.roots) counts.set(kind, (counts.get(kind) ?? 0) + 1);
  return [...counts].map(([kind, count]) => ({ kind, count })).sort((a, b) => (a.kind < b.kind ? -1 : 1));
}

function rootDigest(heap: Heap): string {
  const digest = new Digest();
  for (const { object, kind, threadSerial, frame } of heap.roots) {
    digest.add(object);
    for (const letter of kind) digest.add(letter.charCodeAt(0));
    digest.add(threadSerial);
    digest.add(frame);
  }
  return digest.text();
}

function classDigest(heap: Heap): string {
  const digest = new Digest();
  const { classes } = heap;
  for (let k = 0; k < classes.count; k++) {
    const type = k as ClassIndex;
    digest.addId(classes.idOf(type));
    digest.add(classes.superclassOf(type) ?? -1);
    digest.addId(classes.loaderIdOf(type));
    digest.add(classes.instanceCountOf(type));
    digest.add(classes.shallowBytesOf(type));
    digest.add(classes.retainedBytesOf(type) ?? -1);
  }
  return digest.text();
}

function threadDigest(heap: Heap): string {
  const digest = new Digest();
  for (const { serial, object, frames } of heap.threads) {
    digest.add(serial);
    digest.add(object ?? -1);
    digest.add(frames.length);
    for (const { line } of frames) digest.add(line);
  }
  return digest.text();
}

function holdings(heap: Heap, objects: readonly ObjectIndex[]): Holding[] {
  return objects.map((object) => ({ object: heap.idOf(object), retainedBytes: heap.retainedSizeOf(object) }));
}

/** Two FNV-1a streams over whole numbers; it tells differences of figures, not forgeries. */
class Digest {
  private low = 0x811c9dc5;
  private high = 0xc9dc5811;

  add(value: number): void {
    this.mix(value | 0);
    this.mix(Math.floor(value / 2 ** 32) | 0);
  }

  addId(id: bigint): void {
    this.mix(Number(id & 0xffffffffn) | 0);
    this.mix(Number(id >> 32n) | 0);
  }

  text(): string {
    const hex = (word: number) => (word >>> 0).toString(16).padStart(8, "0");
    return hex(this.high) + hex(this.low);
  }

  private mix(word: number): void {
    this.low = Math.imul(this.low ^ word, 0x01000193);
    this.low ^= this.low >>> 15;
    this.high = Math.imul(this.high ^ word, 0x85ebca6b);
    this.high ^= this.high >>> 13;
  }
}
