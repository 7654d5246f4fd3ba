import { type DominatorColumns, heldByRoots, listedRetained } from "../index/heapColumns";

/** Children in the dominator tree, biggest retained size first. */
export interface DominatedObjects {
  /** `node` -1 is the virtual root. */
  countOf(node: number): number;
  page(node: number, start: number, count: number): number[];
}

interface Children {
  readonly nodes: Uint32Array;
  /** How many of {@link nodes} are in their final places. */
  sorted: number;
}

const parentsKept = 64;

/**
 * Children are not kept per node: one pass over the dominator column finds those of a parent (about a nanosecond
 * a node), and the recently asked ones stay. Pages are sorted only as far as they are asked for.
 */
export function openDominatedObjects(
  columns: DominatorColumns,
  retainedOf: (node: number) => number,
): DominatedObjects {
  const { immediateDominator, retainedUnits } = columns;
  const kept = new Map<number, Children>();
  const counts = new Map<number, number>();

  function childrenOf(node: number): Children {
    const known = kept.get(node);
    if (known !== undefined) {
      kept.delete(node);
      kept.set(node, known);
      return known;
    }
    const wanted = node < 0 ? heldByRoots : node + 1;
    const nodes = findAll(immediateDominator, wanted);
    const children = { nodes, sorted: 0 };
    if (kept.size >= parentsKept) kept.delete(kept.keys().next().value!);
    kept.set(node, children);
    counts.set(node, nodes.length);
    return children;
  }

  function compare(a: number, b: number): number {
    const ua = retainedUnits[a]!;
    const ub = retainedUnits[b]!;
    if (ua !== ub) return ub - ua;
    if (ua === listedRetained) return retainedOf(b) - retainedOf(a) || a - b;
    return a - b;
  }

  return {
    countOf(node) {
      return counts.get(node) ?? childrenOf(node).nodes.length;
    },
    page(node, start, count) {
      const children = childrenOf(node);
      const upto = Math.min(children.nodes.length, start + count);
      if (upto > children.sorted) {
        // Sorting twice as far as asked keeps the number of selections small when a list is paged through.
        const goal = Math.min(children.nodes.length, Math.max(1024, upto * 2));
        selectFirst(children.nodes, children.sorted, goal, compare);
        children.sorted = goal;
      }
      const page = Array.from(children.nodes.subarray(start, Math.max(start, upto)));
      countChildren(page.filter((child) => !counts.has(child)));
      return page;
    },
  };

  /** Counts the children of a whole page in one pass. */
  function countChildren(parents: readonly number[]): void {
    if (parents.length === 0) return;
    if (counts.size > 1 << 16) counts.clear();
    const slots = new Map(parents.map((parent, slot) => [parent + 1, slot]));
    const found = countAll(immediateDominator, slots, parents.length);
    parents.forEach((parent, slot) => {
      counts.set(parent, found[slot]!);
    });
  }
}

function findAll(dominators: Uint32Array, wanted: number): Uint32Array {
  let found = new Uint32Array(64);
  let count = 0;
  for (let node = 0; node < dominators.length; node++) {
    if (dominators[node] !== wanted) continue;
    if (count === found.length) {
      const bigger = new Uint32Array(count * 2);
      bigger.set(found);
      found = bigger;
    }
    found[count++] = node;
  }
  return found.slice(0, count);
}

function countAll(dominators: Uint32Array, slots: ReadonlyMap<number, number>, size: number): Float64Array {
  const counts = new Float64Array(size);
  // A small filter by low bits keeps the map out of the loop for nearly all nodes.
  const filter = new Uint8Array(1 << 16);
  for (const wanted of slots.keys()) filter[wanted & 0xffff] = 1;
  for (let node = 0; node < dominators.length; node++) {
    const dominator = dominators[node]!;
    if (filter[dominator & 0xffff] === 0) continue;
    const slot = slots.get(dominator);
    if (slot !== undefined) counts[slot]!++;
  }
  return counts;
}

/**
 * Puts the `goal - from` first elements of nodes[from …] into their sorted places: partition until the stretch
 * that straddles the goal is small, then sort what lies before.
 */
export function selectFirst(
  nodes: Uint32Array,
  from: number,
  goal: number,
  compare: (a: number, b: number) => number,
): void {
  let low = from;
  let high = nodes.length - 1;
  let guard = 0;
  while (high - low > 32 && goal <= high && guard++ < 200) {
    const pivot = medianOf(nodes, low, high, compare);
    let i = low;
    let j = high;
    while (i <= j) {
      while (compare(nodes[i]!, pivot) < 0) i++;
      while (compare(pivot, nodes[j]!) < 0) j--;
      if (i > j) break;
      const held = nodes[i]!;
      nodes[i++] = nodes[j]!;
      nodes[j--] = held;
    }
    // Elements up to j come before those from i on.
    if (goal <= j + 1) high = j;
    else low = i;
    if (goal === j + 1) break;
  }
  nodes.subarray(from, Math.max(goal, high + 1)).sort(compare);
}

function medianOf(
  nodes: Uint32Array,
  low: number,
  high: number,
  compare: (a: number, b: number) => number,
): number {
  const a = nodes[low]!;
  const b = nodes[(low + high) >>> 1]!;
  const c = nodes[high]!;
  if (compare(a, b) < 0) return compare(b, c) < 0 ? b : compare(a, c) < 0 ? c : a;
  return compare(a, c) < 0 ? a : compare(b, c) < 0 ? c : b;
}
