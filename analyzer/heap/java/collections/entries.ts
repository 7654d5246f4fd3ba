import { unwatched, type Work } from "../../../base/work";
import { typeFlags } from "../../graph/opened/instances";
import { type ClassIndex, type Heap, isObject, type ObjectIndex } from "../../heap";
import { ancestryOf, numberIn, referenceIn, referenceInAny, staticReferenceIn } from "../objects/fieldReads";
import { perHeap } from "../objects/perHeap";
import { type Checkpoint, checkpointBefore, hashTablesOf, walkedElements } from "./checkpoints";
import { firstNumber, ringSize, type Storage, shapeOf, shapeOfClass, storageOf } from "./collection";
import type { Entry } from "./entry";
import { trieNodes } from "./libraryShapes";
import { primitiveValues } from "./primitives";
import type { Layout } from "./shapes";
import { bucketedEntries, linkedArrayEntries, markerOf, probedEntries } from "./specialisedEntries";

/** Slots of an array read at a time. */
const chunk = 4096;

type LayoutOf<Name extends Layout["layout"]> = Extract<Layout, { layout: Name }>;

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

/** Ids in an object array from `start` up to `end`, read in chunks. */
function* slots(heap: Heap, array: ObjectIndex, start: number, end: number): Generator<bigint> {
  for (let at = start; at < end; at += chunk) {
    yield* heap.elementIdsOf(array, at, Math.min(chunk, end - at));
  }
}

function idIn(heap: Heap, object: ObjectIndex, names: readonly string[]): bigint | undefined {
  for (const name of names) {
    const value = heap.fieldOf(object, name);
    if (value?.type === "object") return value.id;
  }
  return undefined;
}

function* chainEntries(
  heap: Heap,
  first: bigint,
  layout: LayoutOf<"hashTable" | "segments">,
): Generator<Entry> {
  let node = heap.indexOf(first);
  const forwards = layout.layout === "hashTable" ? layout.forwards : undefined;
  const forward = node === undefined ? undefined : forwards?.[heap.classNameOf(node)];
  if (node !== undefined && forward !== undefined) node = referenceIn(heap, node, forward);
  // A chain of a sound table is a handful of nodes; a cycle in a damaged one ends by the count.
  for (let guard = heap.instanceCount; node !== undefined && guard > 0; guard--) {
    const key = idIn(heap, node, layout.key);
    // Reservations and forwarding nodes of a table that is being resized have null for a key.
    if (key !== undefined) yield { key, value: idIn(heap, node, layout.value) ?? 0n };
    node = layout.next === "" ? undefined : referenceIn(heap, node, layout.next);
  }
}

function* tableEntries(
  heap: Heap,
  object: ObjectIndex,
  layout: LayoutOf<"hashTable" | "segments">,
  from: Checkpoint,
): Generator<Entry> {
  for (const [position, table] of hashTablesOf(heap, object, layout).entries()) {
    if (position < (from.table ?? 0)) continue;
    const start = position === from.table ? (from.slot ?? 0) : 0;
    for (const first of slots(heap, table, start, heap.lengthOf(table))) {
      if (first !== 0n) yield* chainEntries(heap, first, layout);
    }
  }
}

/** In key order, with a stack of the way down: as deep as the tree, not as big. */
function* treeEntries(
  heap: Heap,
  object: ObjectIndex,
  layout: LayoutOf<"tree">,
  from: Checkpoint,
): Generator<Entry> {
  const { left, right, key, value } = layout.node;
  const path: ObjectIndex[] = [...(from.nodes ?? [])];
  let node = from.nodes === undefined ? referenceInAny(heap, object, layout.root) : undefined;
  for (let guard = 2 * heap.instanceCount; guard > 0; guard--) {
    if (node !== undefined) {
      path.push(node);
      node = referenceIn(heap, node, left);
      continue;
    }
    const next = path.pop();
    if (next === undefined) return;
    yield { key: idIn(heap, next, [key]) ?? 0n, value: idIn(heap, next, [value]) ?? 0n };
    node = referenceIn(heap, next, right);
  }
}

function* arrayEntries(
  heap: Heap,
  object: ObjectIndex,
  layout: LayoutOf<"array">,
  skip: number,
): Generator<Entry> {
  const array = referenceInAny(heap, object, layout.elements);
  const type = array === undefined ? undefined : heap.elementTypeOf(array);
  if (array === undefined || type === undefined) return;
  const length = heap.lengthOf(array);
  if (type !== "object") {
    const end = Math.min(length, firstNumber(heap, object, layout.size) ?? length);
    for (let at = skip; at < end; at += chunk) {
      const bytes = heap.primitiveBytesOf(array, at, Math.min(chunk, end - at));
      for (const plainValue of primitiveValues(type, bytes)) yield { value: 0n, plainValue };
    }
    return;
  }
  const size = firstNumber(heap, object, layout.size) ?? length;
  // Without a counter, null slots are the holes of a probed table or of an over-long array.
  const holes = layout.size.length === 0 && layout.nulls !== true;
  for (const value of slots(heap, array, skip, Math.min(size, length))) {
    if (!holes || value !== 0n) yield { value };
  }
}

function* ringEntries(
  heap: Heap,
  object: ObjectIndex,
  layout: LayoutOf<"ring">,
  skip: number,
): Generator<Entry> {
  const array = referenceInAny(heap, object, layout.elements);
  if (array === undefined) return;
  const capacity = heap.lengthOf(array);
  if (capacity === 0) return;
  const size = Math.min(ringSize(heap, object, layout, capacity) ?? 0, capacity);
  const head = ((firstNumber(heap, object, layout.head) ?? 0) + skip) % capacity;
  const wanted = Math.max(0, size - skip);
  const untilEnd = Math.min(wanted, capacity - head);
  for (const value of slots(heap, array, head, head + untilEnd)) yield { value };
  for (const value of slots(heap, array, 0, wanted - untilEnd)) yield { value };
}

function* linkedEntries(
  heap: Heap,
  object: ObjectIndex,
  layout: LayoutOf<"linked">,
  from: Checkpoint,
): Generator<Entry> {
  let node =
    from.nodes?.[0] ?? (layout.first.includes("this") ? object : referenceInAny(heap, object, layout.first));
  const end = layout.end === undefined ? undefined : referenceIn(heap, object, layout.end);
  for (let guard = heap.instanceCount; node !== undefined && guard > 0; guard--) {
    const value = idIn(heap, node, layout.item);
    const target: ObjectIndex | undefined = referenceInAny(heap, node, layout.next);
    const key = layout.key === undefined ? undefined : idIn(heap, node, [layout.key]);
    // Sentinels and removed nodes have no item; the header of a skip list has no key.
    const isEntry = layout.key === undefined ? value !== undefined && value !== 0n : key !== 0n;
    if (isEntry && value !== undefined) yield key === undefined ? { value } : { key, value };
    // A node that points to itself was taken off the list.
    if (target === node || target === end) return;
    node = target;
  }
}

function* alternatingEntries(
  heap: Heap,
  object: ObjectIndex,
  layout: LayoutOf<"alternating">,
): Generator<Entry> {
  const table = referenceInAny(heap, object, layout.table);
  if (table === undefined) return;
  const chained = markerOf(heap, object, layout.chained);
  const nullKey = markerOf(heap, object, layout.nullKey);
  for (const { key, value } of pairsIn(heap, table)) {
    const chain = key === chained ? heap.indexOf(value) : undefined;
    if (chain === undefined) yield { key: key === nullKey ? 0n : key, value };
    else
      for (const each of pairsIn(heap, chain)) yield { ...each, key: each.key === nullKey ? 0n : each.key };
  }
}

function* pairsIn(
  heap: Heap,
  table: ObjectIndex,
): Generator<{ readonly key: bigint; readonly value: bigint }> {
  let key: bigint | undefined;
  for (const id of slots(heap, table, 0, heap.lengthOf(table))) {
    if (key === undefined) {
      key = id;
      continue;
    }
    if (key !== 0n) yield { key, value: id };
    key = undefined;
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
    if (part === undefined) continue;
    if (backwards) yield* [...entriesOf(heap, part)].reverse();
    else yield* entriesOf(heap, part);
  }
}

function* parallelEntries(heap: Heap, object: ObjectIndex, layout: LayoutOf<"parallel">): Generator<Entry> {
  const keys = referenceInAny(heap, object, layout.keys);
  if (keys === undefined) return;
  // A set made of a map has no values.
  const values = referenceInAny(heap, object, layout.values);
  const length = Math.min(heap.lengthOf(keys), values === undefined ? Infinity : heap.lengthOf(values));
  const end =
    layout.holes === "none" ? Math.min(length, firstNumber(heap, object, layout.size) ?? 0) : length;
  for (let at = 0; at < end; at += chunk) {
    const count = Math.min(chunk, end - at);
    const someKeys = heap.elementIdsOf(keys, at, count);
    const someValues = values === undefined ? [] : heap.elementIdsOf(values, at, count);
    for (let i = 0; i < count; i++) {
      const key = someKeys[i]!;
      const value = someValues[i] ?? 0n;
      const isHole = layout.holes === "key" ? key === 0n : layout.holes === "value" && value === 0n;
      if (!isHole) yield { key, value };
    }
  }
}

/** Arrays of arrays, from the left to the right: a stack of what is still to come. */
function* nestedEntries(heap: Heap, object: ObjectIndex, layout: LayoutOf<"nested">): Generator<Entry> {
  let left = layout.shift === undefined ? Infinity : (firstNumber(heap, object, layout.size) ?? 0);
  for (const [position, [field, depth]] of layout.parts.entries()) {
    const outermost = referenceIn(heap, object, field);
    if (outermost === undefined) continue;
    const levels =
      position > 0 || layout.shift === undefined
        ? depth
        : (numberIn(heap, object, layout.shift) ?? 0) / 5 + 1;
    const open: { array: ObjectIndex; depth: number }[] = [{ array: outermost, depth: levels }];
    for (let guard = heap.instanceCount; open.length > 0 && guard > 0; guard--) {
      const { array, depth: levels } = open.pop()!;
      if (heap.elementTypeOf(array) !== "object") continue;
      const length = Math.min(heap.lengthOf(array), layout.width ?? Infinity);
      if (levels <= 1) {
        for (const value of slots(heap, array, 0, Math.min(length, left))) yield { value };
        left -= Math.min(length, left);
      } else {
        const inner = heap
          .elementIdsOf(array, 0, length)
          .map((id) => heap.indexOf(id))
          .filter((each) => each !== undefined);
        for (const each of inner.reverse()) open.push({ array: each, depth: levels - 1 });
      }
    }
  }
}

function* trieEntries(heap: Heap, object: ObjectIndex, layout: LayoutOf<"trie">): Generator<Entry> {
  const root = referenceIn(heap, object, layout.root);
  const open = root === undefined ? [] : [root];
  const push = (ids: readonly bigint[]): void => {
    for (let at = ids.length - 1; at >= 0; at--) {
      const node = heap.indexOf(ids[at]!);
      if (node !== undefined) open.push(node);
    }
  };
  for (let guard = heap.instanceCount; open.length > 0 && guard > 0; guard--) {
    const node = open.pop()!;
    const kind = trieNodes.get(heap.classNameOf(node));
    if (kind === undefined) continue;
    if ("mixed" in kind) {
      const inner = referenceIn(heap, node, kind.mixed);
      if (inner === undefined) continue;
      for (const id of heap.elementIdsOf(inner, 0, heap.lengthOf(inner))) {
        const below = heap.indexOf(id);
        if (below !== undefined && trieNodes.has(heap.classNameOf(below))) open.push(below);
        else yield { value: id };
      }
    } else if ("key" in kind) {
      yield { key: idIn(heap, node, [kind.key]) ?? 0n, value: idIn(heap, node, [kind.value]) ?? 0n };
    } else if ("nodes" in kind) {
      const inner = referenceIn(heap, node, kind.nodes);
      if (inner === undefined) continue;
      if (heap.elementTypeOf(inner) === undefined) open.push(inner);
      else push(heap.elementIdsOf(inner, 0, heap.lengthOf(inner)));
    } else if ("collection" in kind) {
      const inner = referenceIn(heap, node, kind.collection);
      if (inner === undefined) continue;
      for (const { value } of entriesOf(heap, inner)) yield kind.pairs ? entryOfPair(heap, value) : { value };
    } else {
      const content = referenceIn(heap, node, kind.content);
      if (content === undefined) continue;
      const ids = heap.elementIdsOf(content, 0, heap.lengthOf(content));
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

function* bitEntries(heap: Heap, object: ObjectIndex, layout: LayoutOf<"bits">): Generator<Entry> {
  const universe = referenceIn(heap, object, layout.universe);
  const bits = heap.fieldOf(object, layout.bits);
  if (universe === undefined || bits?.type !== "long") return;
  const set = BigInt.asUintN(64, bits.value);
  let position = 0n;
  for (const value of slots(heap, universe, 0, Math.min(64, heap.lengthOf(universe)))) {
    if ((set >> position++) & 1n) yield { value };
  }
}
