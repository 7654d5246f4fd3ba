import { unwatched, type Work } from "../../../base/work";
import { type ClassIndex, type Heap, noTarget, type ObjectIndex } from "../../heap";
import { referenceInAny } from "../objects/fieldReads";
import { perHeap } from "../objects/perHeap";
import { segmentsOf, tableOfSegment } from "./collection";
import type { Layout } from "./shapes";

/** Elements that are quicker to walk over than to prepare for. */
export const walkedElements = 10_000;

type Walked = Extract<Layout, { layout: "hashTable" | "segments" | "linked" | "tree" }>;

/** Where to go on in a collection, and how many elements lie before. */
export interface Checkpoint {
  readonly before: number;
  /** Hash tables: the table and the slot. */
  readonly table?: number;
  readonly slot?: number;
  /** Chains: the node; trees: the nodes above that are still to come, the next one last. */
  readonly nodes?: readonly ObjectIndex[];
}

/** Finds the last checkpoint that is not behind an element. */
type Seek = (position: number) => Checkpoint;

/** A few collections are paged at a time. */
const kept = 4;
const seekers = perHeap(() => new Map<ObjectIndex, Seek>());

/**
 * Where to begin to read element `position` of a collection whose elements must be walked over. The first time, its
 * nodes are read by one walk over the file and followed in memory; after that a page costs its own elements.
 */
export function checkpointBefore(
  heap: Heap,
  object: ObjectIndex,
  layout: Walked,
  position: number,
  work: Work = unwatched,
): Checkpoint {
  const known = seekers(heap);
  let seek = known.get(object);
  if (seek === undefined) {
    seek = makeSeek(heap, object, layout, work);
    if (known.size >= kept) known.delete(known.keys().next().value!);
    known.set(object, seek);
  }
  return seek(position);
}

/** Arrays of buckets of a hash table: one, or one a segment. */
export function hashTablesOf(
  heap: Heap,
  object: ObjectIndex,
  layout: Extract<Layout, { layout: "hashTable" | "segments" }>,
): ObjectIndex[] {
  if (layout.layout === "hashTable") {
    const table = referenceInAny(heap, object, layout.table);
    return table === undefined ? [] : [table];
  }
  return segmentsOf(heap, object, layout.segments)
    .map((segment) => tableOfSegment(heap, segment, layout.table))
    .filter((table) => table !== undefined);
}

function makeSeek(heap: Heap, object: ObjectIndex, layout: Walked, work: Work): Seek {
  switch (layout.layout) {
    case "hashTable":
    case "segments":
      return seekInTables(heap, hashTablesOf(heap, object, layout), layout, work);
    case "linked":
      return seekInChain(heap, object, layout, work);
    case "tree":
      return seekInTree(heap, object, layout, work);
  }
}

const slotsApart = 1024;
const slotsRead = 1 << 16;

function seekInTables(
  heap: Heap,
  tables: readonly ObjectIndex[],
  layout: Extract<Layout, { layout: "hashTable" | "segments" }>,
  work: Work,
): Seek {
  const heads = new Uint8Array(heap.classes.count);
  forEachHead(heap, tables, work, (head) => {
    heads[heap.classOf(head as ObjectIndex)] = 1;
  });
  const forwards = layout.layout === "hashTable" ? (layout.forwards ?? {}) : {};
  const successors = new ObjectLinks(heap.instanceCount);
  const forwarded = new Map<number, number>();
  const isForward = Array.from({ length: heap.classes.count }, (_, type) =>
    Object.hasOwn(forwards, heap.classes.nameOf(type as ClassIndex)),
  );
  if (layout.next !== "") {
    const fields = [[layout.next], Object.values(forwards)];
    heap.sweepFields(
      withSubclasses(heap, heads),
      fields,
      (node, targets) => {
        if (targets[0]! >= 0) successors.add(node, targets[0]!);
        if (targets[1]! >= 0 && isForward[heap.classOf(node)] === true) forwarded.set(node, targets[1]!);
      },
      work,
    );
  }
  const places: { readonly table: number; readonly slot: number; readonly before: number }[] = [];
  let before = 0;
  forEachHead(
    heap,
    tables,
    work,
    (head) => {
      let node: number = forwarded.get(head) ?? head;
      // A cycle in a damaged table ends by the count.
      for (let guard = heap.instanceCount; node !== noTarget && guard > 0; guard--) {
        before++;
        node = successors.of(node);
      }
    },
    (table, slot) => {
      if (slot % slotsApart === 0) places.push({ table, slot, before });
    },
  );
  return seekIn(places);
}

/** Every bucket that is not empty, in order. */
function forEachHead(
  heap: Heap,
  tables: readonly ObjectIndex[],
  work: Work,
  visit: (head: number) => void,
  atSlot?: (table: number, slot: number) => void,
): void {
  for (const [position, table] of tables.entries()) {
    const length = heap.lengthOf(table);
    for (let start = 0; start < length; start += slotsRead) {
      work.throwIfCancelled();
      const targets = heap.elementsOf(table, start, Math.min(slotsRead, length - start));
      for (let k = 0; k < targets.length; k++) {
        atSlot?.(position, start + k);
        if (targets[k]! >= 0) visit(targets[k]!);
      }
    }
  }
}

const elementsApart = 4096;

function seekInChain(
  heap: Heap,
  object: ObjectIndex,
  layout: Extract<Layout, { layout: "linked" }>,
  work: Work,
): Seek {
  const first = layout.first.includes("this") ? object : referenceInAny(heap, object, layout.first);
  const start = { before: 0 };
  if (first === undefined) return () => start;
  const successors = new ObjectLinks(heap.instanceCount);
  const isEntry = new Uint8Array(Math.ceil(heap.instanceCount / 8));
  // The header of a list may be of another class than its nodes.
  const second = referenceInAny(heap, first, layout.next);
  heap.sweepFields(
    withSubclasses(heap, classFlagsOf(heap, second === undefined ? [first] : [first, second])),
    [layout.next, layout.key === undefined ? layout.item : [layout.key]],
    (node, targets) => {
      if (targets[0]! >= 0) successors.add(node, targets[0]!);
      if (targets[1] !== noTarget) isEntry[node >>> 3]! |= 1 << (node & 7);
    },
    work,
  );
  const places: Checkpoint[] = [];
  let before = 0;
  let node: number = first;
  for (let guard = heap.instanceCount; node !== noTarget && guard > 0; guard--) {
    if (guard % 65_536 === 0) work.throwIfCancelled();
    const entry = (isEntry[node >>> 3]! >> (node & 7)) & 1;
    if (entry === 1 && before % elementsApart === 0) places.push({ before, nodes: [node as ObjectIndex] });
    before += entry;
    const next = successors.of(node);
    if (next === node) break;
    node = next;
  }
  return places.length === 0 ? () => start : seekIn(places);
}

function seekInTree(
  heap: Heap,
  object: ObjectIndex,
  layout: Extract<Layout, { layout: "tree" }>,
  work: Work,
): Seek {
  const root = referenceInAny(heap, object, layout.root);
  const start = { before: 0 };
  if (root === undefined) return () => start;
  const left = new ObjectLinks(heap.instanceCount);
  const right = new ObjectLinks(heap.instanceCount);
  heap.sweepFields(
    withSubclasses(heap, classFlagsOf(heap, [root])),
    [[layout.node.left], [layout.node.right]],
    (node, targets) => {
      if (targets[0]! >= 0) left.add(node, targets[0]!);
      if (targets[1]! >= 0) right.add(node, targets[1]!);
    },
    work,
  );
  const places: Checkpoint[] = [];
  const path: ObjectIndex[] = [];
  let before = 0;
  let node: number = root;
  for (let guard = 2 * heap.instanceCount; guard > 0; guard--) {
    if (guard % 65_536 === 0) work.throwIfCancelled();
    if (node !== noTarget) {
      path.push(node as ObjectIndex);
      node = left.of(node);
      continue;
    }
    if (path.length === 0) break;
    if (before % elementsApart === 0) places.push({ before, nodes: [...path] });
    before++;
    node = right.of(path.pop()!);
  }
  return places.length === 0 ? () => start : seekIn(places);
}

function classFlagsOf(heap: Heap, objects: readonly ObjectIndex[]): Uint8Array {
  const flags = new Uint8Array(heap.classes.count);
  for (const object of objects) flags[heap.classOf(object)] = 1;
  return flags;
}

/** Nodes of one collection may be of subclasses of each other: trees in the buckets of a hash table. */
function withSubclasses(heap: Heap, flags: Uint8Array): Uint8Array {
  const flagged = [...flags.keys()].filter((type) => flags[type] === 1) as ClassIndex[];
  return flags.map((flag, type) =>
    flag === 1 || flagged.some((each) => heap.classes.isSubclassOf(type as ClassIndex, each)) ? 1 : 0,
  );
}

/** The last of ascending places that is not behind a position. */
function seekIn(places: readonly Checkpoint[]): Seek {
  return (position) => {
    let low = 0;
    let high = places.length - 1;
    while (low < high) {
      const middle = (low + high + 1) >>> 1;
      if (places[middle]!.before <= position) low = middle;
      else high = middle - 1;
    }
    return places[low] ?? { before: 0 };
  };
}

/** Heaps up to this size get a slot for every object, 256 MiB at most; others a sorted list. */
const denseObjects = 1 << 26;
const none = 0xffffffff;

/** One link from some objects to others, added in ascending order. */
class ObjectLinks {
  private readonly dense: Uint32Array | undefined;
  private from = new Uint32Array(0);
  private to = new Uint32Array(0);
  private count = 0;

  constructor(objects: number) {
    if (objects <= denseObjects) this.dense = new Uint32Array(objects).fill(none);
  }

  add(from: number, to: number): void {
    if (this.dense !== undefined) {
      this.dense[from] = to;
      return;
    }
    if (this.count === this.from.length) {
      this.from = grown(this.from);
      this.to = grown(this.to);
    }
    this.from[this.count] = from;
    this.to[this.count++] = to;
  }

  /** {@link noTarget} where there is none. */
  of(from: number): number {
    if (this.dense !== undefined)
      return this.dense[from] === none ? noTarget : (this.dense[from] ?? noTarget);
    let low = 0;
    let high = this.count - 1;
    while (low <= high) {
      const middle = (low + high) >>> 1;
      const at = this.from[middle]!;
      if (at === from) return this.to[middle]!;
      if (at < from) low = middle + 1;
      else high = middle - 1;
    }
    return noTarget;
  }
}

function grown(column: Uint32Array): Uint32Array<ArrayBuffer> {
  const bigger = new Uint32Array(Math.max(1 << 16, 2 * column.length));
  bigger.set(column);
  return bigger;
}
