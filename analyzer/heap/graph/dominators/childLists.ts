import type { Work } from "../../../base/work";
import { heldByRoots, listedRetained, noDominator } from "./dominatorColumns";

/**
 * The dominator tree turned downwards, as CSR: children of node n are `nodes[starts[n] … starts[n+1])`; the virtual
 * root is node `nodeCount`. Longer lists than {@link sortedBeyond} are sorted by retained size, biggest first, the
 * others are in index order. 8 bytes a node, needed for pages only: a saved index keeps them on disk.
 */
export interface ChildLists {
  readonly starts: Uint32Array;
  readonly nodes: Uint32Array;
}

/** Shorter lists are sorted when they are asked for. */
export const sortedBeyond = 2048;

const stride = 1 << 22;

/** Lists of children in index order; {@link sortLongLists} is for when their sizes are known. */
export function listChildren(immediateDominator: Uint32Array, work: Work): ChildLists {
  const nodeCount = immediateDominator.length;
  const all = new Uint32Array(new SharedArrayBuffer(4 * (nodeCount + 3)));
  let children = 0;
  for (let from = 0; from < nodeCount; from += stride) {
    work.throwIfCancelled();
    work.report("Listing children", (0.4 * from) / nodeCount);
    children += countChildren(immediateDominator, from, Math.min(nodeCount, from + stride), all);
  }
  for (let at = 1; at < all.length; at++) all[at] = all[at]! + all[at - 1]!;
  const nodes = new Uint32Array(new SharedArrayBuffer(4 * children));
  for (let from = 0; from < nodeCount; from += stride) {
    work.throwIfCancelled();
    work.report("Listing children", 0.4 + (0.6 * from) / nodeCount);
    placeChildren(immediateDominator, from, Math.min(nodeCount, from + stride), all, nodes);
  }
  return { starts: all.subarray(0, nodeCount + 2), nodes };
}

/** @param listedUnitsOf retained units of nodes whose units do not fit their cell */
export function sortLongLists(
  { starts, nodes }: ChildLists,
  retainedUnits: Uint32Array,
  listedUnitsOf: (node: number) => number,
  work: Work,
): void {
  for (let parent = 0; parent + 1 < starts.length; parent++) {
    const count = starts[parent + 1]! - starts[parent]!;
    if (count <= sortedBeyond) continue;
    work.throwIfCancelled();
    sortByRetained(nodes.subarray(starts[parent]!, starts[parent + 1]!), retainedUnits, listedUnitsOf, work);
  }
}

/** Counts two cells behind the parent's, so that after adding up and placing each start is in its own cell. */
function countChildren(dominators: Uint32Array, from: number, upto: number, all: Uint32Array): number {
  const root = dominators.length;
  let children = 0;
  for (let node = from; node < upto; node++) {
    const dominator = dominators[node]!;
    if (dominator === noDominator) continue;
    const cell = dominator === heldByRoots ? root + 2 : dominator + 1;
    all[cell] = all[cell]! + 1;
    children++;
  }
  return children;
}

function placeChildren(
  dominators: Uint32Array,
  from: number,
  upto: number,
  all: Uint32Array,
  nodes: Uint32Array,
): void {
  const root = dominators.length;
  for (let node = from; node < upto; node++) {
    const dominator = dominators[node]!;
    if (dominator === noDominator) continue;
    const cell = dominator === heldByRoots ? root + 1 : dominator;
    const at = all[cell]!;
    nodes[at] = node;
    all[cell] = at + 1;
  }
}

/**
 * Sorts a list by retained size, biggest first, equal ones by index: two stable counting passes over the halves of
 * the units, fewer where all agree.
 */
export function sortByRetained(
  nodes: Uint32Array,
  retainedUnits: Uint32Array,
  listedUnitsOf: (node: number) => number,
  work: Work,
): void {
  if (nodes.length <= 256) {
    const unitsOf = (node: number): number =>
      retainedUnits[node] === listedRetained ? listedUnitsOf(node) : retainedUnits[node]!;
    nodes.sort((a, b) => unitsOf(b) - unitsOf(a) || a - b);
    return;
  }
  let some = 0;
  let every = 0xffffffff;
  for (let k = 0; k < nodes.length; k++) {
    const units = retainedUnits[nodes[k]!]!;
    some |= units;
    every &= units;
  }
  const differing = (some ^ every) >>> 0;
  let from = nodes;
  let into: Uint32Array | undefined;
  for (const shift of [0, 16]) {
    if (((differing >>> shift) & 0xffff) === 0) continue;
    work.throwIfCancelled();
    into ??= new Uint32Array(nodes.length);
    countingPass(from, into, retainedUnits, shift);
    [from, into] = [into, from];
  }
  if (from !== nodes) nodes.set(from);
  // Cells that only say that the size is listed apart come first.
  let listed = 0;
  while (listed < nodes.length && retainedUnits[nodes[listed]!] === listedRetained) listed++;
  if (listed > 1) nodes.subarray(0, listed).sort((a, b) => listedUnitsOf(b) - listedUnitsOf(a) || a - b);
}

function countingPass(from: Uint32Array, into: Uint32Array, units: Uint32Array, shift: number): void {
  const places = new Uint32Array(0x10001);
  for (let k = 0; k < from.length; k++) {
    const digit = 0xffff - ((units[from[k]!]! >>> shift) & 0xffff);
    places[digit + 1] = places[digit + 1]! + 1;
  }
  for (let digit = 1; digit < places.length; digit++) places[digit] = places[digit]! + places[digit - 1]!;
  for (let k = 0; k < from.length; k++) {
    const node = from[k]!;
    const digit = 0xffff - ((units[node]! >>> shift) & 0xffff);
    const at = places[digit]!;
    into[at] = node;
    places[digit] = at + 1;
  }
}
