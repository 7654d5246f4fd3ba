import type { Heap, ObjectIndex } from "../../heap";
import { referenceIn, referenceInAny } from "../objects/fieldReads";
import { type Checkpoint, hashTablesOf } from "./checkpoints";
import type { Entry } from "./entry";
import { idIn, type LayoutOf, slots } from "./storedIds";

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

export function* tableEntries(
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
export function* treeEntries(
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

export function* linkedEntries(
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
