import { unwatched, type Work } from "../../../base/work";
import { typeFlags } from "../../graph/opened/instances";
import { type ClassIndex, type Heap, isObject, type ObjectIndex } from "../../heap";
import { ancestryOf, numberIn, referenceIn, referenceInAny, staticReferenceIn } from "../objects/fieldReads";
import { perHeap } from "../objects/perHeap";
import {
  alternatingEntries,
  arrayEntries,
  bitEntries,
  nestedEntries,
  parallelEntries,
  ringEntries,
} from "./arrayEntries";
import { type Checkpoint, checkpointBefore, walkedElements } from "./checkpoints";
import { firstNumber, type Storage, shapeOf, shapeOfClass, storageOf } from "./collection";
import type { Entry } from "./entry";
import { trieNodes } from "./libraryShapes";
import { linkedEntries, tableEntries, treeEntries } from "./nodeEntries";
import type { Layout } from "./shapes";
import { bucketedEntries, linkedArrayEntries, probedEntries } from "./specialisedEntries";
import { idIn, type LayoutOf } from "./storedIds";

/**
 * The elements of a collection in its own order, read as they are asked for. Empty for other objects.
 * @param skip elements to leave out at the start: without reading them where the elements are in an array, from a
 *   checkpoint before them in big tables, chains and trees
 */
export function* entriesOf(heap: Heap, object: ObjectIndex, skip = 0, work?: Work): Generator<Entry> {
  const storage = storageOf(heap, object);
  if (storage === undefined) return;
  const shape = shapeOf(heap, object);
  const { view } = storage;
  const from = startOf(heap, storage, skip, work);
  let toSkip = skip - from.before;
  for (const stored of storedEntries(heap, storage, from)) {
    if (toSkip-- > 0) {
      if (toSkip % 4096 === 0) work?.throwIfCancelled();
      continue;
    }
    const entry = shape?.holders === true ? heldBy(heap, stored) : stored;
    if (view === "entries" || entry.key === undefined) yield entry;
    else if (view === "values") {
      const { value, plainValue } = entry;
      yield plainValue === undefined ? { value } : { value, plainValue };
    }
    // A set made of a map has its elements as keys.
    else
      yield entry.plainKey === undefined ? { value: entry.key } : { value: 0n, plainValue: entry.plainKey };
  }
}

/** Elements of a collection without a counter, by walking over at most `limit` of them. */
export function countEntries(heap: Heap, object: ObjectIndex, limit: number): number {
  let count = 0;
  for (const _ of entriesOf(heap, object)) if (++count >= limit) break;
  return count;
}

/**
 * True for a list that is the rest of another one: each cell of a Scala list is a list, and only the first one is
 * what somebody holds.
 */
export function isRestOfList(heap: Heap, object: ObjectIndex): boolean {
  if (shapeOf(heap, object)?.cells !== true) return false;
  if (!heap.hasDominators) return isIn(followedCells(heap), object);
  const dominator = heap.immediateDominatorOf(object);
  return isObject(dominator) && heap.classOf(dominator) === heap.classOf(object);
}

/** Cells that another cell goes on with, one bit an object: for heaps whose dominators were left out. */
const followedCells = perHeap((heap): Uint8Array => {
  const bits = new Uint8Array(Math.ceil(heap.instanceCount / 8));
  const cells = typeFlags(heap, (type) => shapeOfClass(heap, type)?.cells === true);
  for (let type = 0; type < cells.length; type++) {
    const layout = cells[type] === 1 ? shapeOfClass(heap, type as ClassIndex)?.layout : undefined;
    if (layout?.layout !== "linked") continue;
    const wanted = new Uint8Array(cells.length);
    wanted[type] = 1;
    const mark = (_: ObjectIndex, targets: Float64Array) => {
      const next = targets[0]! as ObjectIndex;
      if (next >= 0 && next < heap.instanceCount) bits[Math.floor(next / 8)]! |= 1 << (next % 8);
    };
    heap.sweepFields(wanted, [layout.next], mark, unwatched);
  }
  return bits;
});

function isIn(bits: Uint8Array, object: ObjectIndex): boolean {
  return ((bits[Math.floor(object / 8)] ?? 0) & (1 << (object % 8))) !== 0;
}

/** Fields by which the holders of a cache say what they hold, by class; caches nest them at most twice. */
const holderFields = perHeap((heap): readonly (string | undefined)[] =>
  Array.from({ length: heap.classes.count }, (_, type) => {
    const names = [...ancestryOf(heap, type as ClassIndex)].map((each) => heap.classes.nameOf(each));
    const own = names[0]!;
    if (names.includes("com.github.benmanes.caffeine.cache.Node")) return "value";
    if (own === "kotlinx.collections.immutable.implementations.persistentOrderedMap.LinkedValue")
      return "value";
    return /^com\.(google\.common|github\.benmanes)\..*(Value|Key)Reference/.test(own)
      ? "referent"
      : undefined;
  }),
);

function heldBy(heap: Heap, entry: Entry): Entry {
  const held = (id: bigint): bigint => {
    let current = id;
    for (let nesting = 0; nesting < 2; nesting++) {
      const holder = heap.indexOf(current);
      const field = holder === undefined ? undefined : holderFields(heap)[heap.classOf(holder)];
      if (holder === undefined || field === undefined) break;
      current = idIn(heap, holder, [field]) ?? current;
    }
    return current;
  };
  const value = held(entry.value);
  return entry.key === undefined ? { value } : { key: held(entry.key), value };
}

function startOf(heap: Heap, { object, layout }: Storage, skip: number, work?: Work): Checkpoint {
  switch (layout.layout) {
    case "ring":
    case "part":
      return { before: skip };
    case "array":
      return { before: layout.size.length > 0 || layout.nulls === true ? skip : 0 };
    case "hashTable":
    case "segments":
    case "linked":
    case "tree":
      if (skip > walkedElements) return checkpointBefore(heap, object, layout, skip, work);
      return { before: 0 };
    default:
      return { before: 0 };
  }
}

function storedEntries(heap: Heap, { object, layout }: Storage, from: Checkpoint): Generator<Entry> {
  switch (layout.layout) {
    case "hashTable":
    case "segments":
      return tableEntries(heap, object, layout, from);
    case "tree":
      return treeEntries(heap, object, layout, from);
    case "array":
      return arrayEntries(heap, object, layout, from.before);
    case "ring":
      return ringEntries(heap, object, layout, from.before);
    case "linked":
      return linkedEntries(heap, object, layout, from);
    case "alternating":
      return alternatingEntries(heap, object, layout);
    case "parallel":
      return parallelEntries(heap, object, layout);
    case "nested":
      return nestedEntries(heap, object, layout);
    case "trie":
      return trieEntries(heap, object, layout);
    case "fields":
      return fieldEntries(heap, object, layout);
    case "bits":
      return bitEntries(heap, object, layout);
    case "probed":
      return probedEntries(heap, object, layout);
    case "bucketed":
      return bucketedEntries(heap, object, layout);
    case "linkedArrays":
      return linkedArrayEntries(heap, object, layout);
    case "part":
      return partEntries(heap, object, layout, from.before);
    case "repeated":
      return repeatedEntries(heap, object, layout);
    case "joined":
      return joinedEntries(heap, object, layout);
  }
}

function* partEntries(
  heap: Heap,
  object: ObjectIndex,
  layout: LayoutOf<"part">,
  skip: number,
): Generator<Entry> {
  const whole = referenceInAny(heap, object, layout.of);
  let left = (firstNumber(heap, object, layout.size) ?? 0) - skip;
  const offset = numberIn(heap, object, layout.offset) ?? 0;
  // A part of itself, in a damaged dump, has no elements.
  if (whole === undefined || left <= 0 || offset < 0 || !isPartOf(heap, whole)) return;
  for (const entry of entriesOf(heap, whole, offset + skip)) {
    yield entry;
    if (--left <= 0) return;
  }
}

/** Parts of parts … are followed so far. */
const deepestParts = 64;

/** Whether parts, as far as the collection is one, end at something that is none. */
function isPartOf(heap: Heap, whole: ObjectIndex): boolean {
  let at: ObjectIndex | undefined = whole;
  for (let depth = 0; at !== undefined && depth < deepestParts; depth++) {
    const layout: Layout | undefined = storageOf(heap, at)?.layout;
    if (layout?.layout !== "part") return layout !== undefined;
    at = referenceInAny(heap, storageOf(heap, at)!.object, layout.of);
  }
  return false;
}

function* repeatedEntries(heap: Heap, object: ObjectIndex, layout: LayoutOf<"repeated">): Generator<Entry> {
  const value = idIn(heap, object, [layout.item]) ?? 0n;
  for (let left = firstNumber(heap, object, layout.size) ?? 0; left > 0; left--) yield { value };
}

function* joinedEntries(heap: Heap, object: ObjectIndex, layout: LayoutOf<"joined">): Generator<Entry> {
  for (const [field, backwards] of layout.parts) {
    const part = referenceIn(heap, object, field);
    // Damage may put anything there, the collection itself too.
    if (part === undefined || storageOf(heap, part)?.layout.layout !== "linked") continue;
    if (backwards) yield* [...entriesOf(heap, part)].reverse();
    else yield* entriesOf(heap, part);
  }
}

/** Slots of a node with others below it; only what collides may be more. */
const widestNode = 64;

/**
 * From the left to the right, by a stack of what is still to come. In a damaged trie nodes stand below themselves: never
 * more wait than there are objects, and a longer array is read once.
 */
function* trieEntries(heap: Heap, object: ObjectIndex, layout: LayoutOf<"trie">): Generator<Entry> {
  const root = referenceIn(heap, object, layout.root);
  const open = root === undefined ? [] : [root];
  const add = (node: ObjectIndex | undefined): void => {
    if (node !== undefined && open.length < heap.instanceCount) open.push(node);
  };
  const push = (ids: readonly bigint[]): void => {
    for (let at = ids.length - 1; at >= 0; at--) add(heap.indexOf(ids[at]!));
  };
  const read = new Set<ObjectIndex>();
  const slotsOf = (array: ObjectIndex): readonly bigint[] => {
    const length = heap.lengthOf(array);
    if (length > widestNode) {
      if (read.has(array)) return [];
      read.add(array);
    }
    return heap.elementIdsOf(array, 0, length);
  };
  for (let guard = heap.instanceCount; open.length > 0 && guard > 0; guard--) {
    const node = open.pop()!;
    const kind = trieNodes.get(heap.classNameOf(node));
    if (kind === undefined) continue;
    if ("mixed" in kind) {
      const inner = referenceIn(heap, node, kind.mixed);
      if (inner === undefined) continue;
      for (const id of slotsOf(inner)) {
        const below = heap.indexOf(id);
        if (below !== undefined && trieNodes.has(heap.classNameOf(below))) add(below);
        else yield { value: id };
      }
    } else if ("key" in kind) {
      yield { key: idIn(heap, node, [kind.key]) ?? 0n, value: idIn(heap, node, [kind.value]) ?? 0n };
    } else if ("nodes" in kind) {
      const inner = referenceIn(heap, node, kind.nodes);
      if (inner === undefined) continue;
      if (heap.elementTypeOf(inner) === undefined) add(inner);
      else push(slotsOf(inner));
    } else if ("collection" in kind) {
      const inner = referenceIn(heap, node, kind.collection);
      if (inner === undefined) continue;
      for (const { value } of entriesOf(heap, inner)) yield kind.pairs ? entryOfPair(heap, value) : { value };
    } else {
      const content = referenceIn(heap, node, kind.content);
      if (content === undefined) continue;
      const ids = slotsOf(content);
      const step = kind.pairs ? 2 : 1;
      const entries = firstNumber(heap, node, [kind.bits]) ?? 0;
      const isCollision =
        kind.nodeBits !== undefined && entries === 0 && firstNumber(heap, node, [kind.nodeBits]) === 0;
      const payload = isCollision ? ids.length : Math.min(ids.length, step * bitCount(entries));
      for (let at = 0; at + step <= payload; at += step) {
        yield kind.pairs ? { key: ids[at]!, value: ids[at + 1]! } : { value: ids[at]! };
      }
      push(ids.slice(payload));
    }
  }
}

function entryOfPair(heap: Heap, id: bigint): Entry {
  const pair = heap.indexOf(id);
  if (pair === undefined) return { key: 0n, value: 0n };
  return { key: idIn(heap, pair, ["_1"]) ?? 0n, value: idIn(heap, pair, ["_2"]) ?? 0n };
}

/** Ones in an int. */
function bitCount(bits: number): number {
  let count = 0;
  for (let rest = bits >>> 0; rest !== 0; rest &= rest - 1) count++;
  return count;
}

/** `List.of(x)` marks its unused second field with a sentinel. */
const emptySentinel = perHeap((heap): ObjectIndex | undefined => {
  for (const type of heap.classes.findByName("java.util.ImmutableCollections")) {
    const found = staticReferenceIn(heap, type, "EMPTY");
    if (found !== undefined) return found;
  }
  return undefined;
});

function* fieldEntries(heap: Heap, object: ObjectIndex, layout: LayoutOf<"fields">): Generator<Entry> {
  for (const [at, item] of layout.items.entries()) {
    const value = idIn(heap, object, [item]);
    if (value === undefined) continue;
    const keyField = layout.keys?.[at];
    if (keyField !== undefined) yield { key: idIn(heap, object, [keyField]) ?? 0n, value };
    else if (value !== 0n && heap.indexOf(value) !== emptySentinel(heap)) yield { value };
    else if (layout.items.length === 1) yield { value };
  }
}
