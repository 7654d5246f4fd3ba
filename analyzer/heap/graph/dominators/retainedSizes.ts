import type { Work } from "../../../base/work";
import { listedRetained, noDominator } from "../../hprof/index/heapColumns";
import type { ChildLists } from "./childLists";
import { outgrown } from "./outgrown";

export interface Retained {
  /** By node, in units of 8 bytes; {@link listedRetained} where it is in {@link bigBytes}; 0 for unreachable nodes. */
  readonly units: Uint32Array;
  readonly bigNodes: Uint32Array;
  readonly bigBytes: Float64Array;
  readonly byClass: Float64Array;
  readonly reachableObjects: number;
  readonly reachableBytes: number;
}

/** Classes of nodes: objects have one in the column, all others are class objects. */
export interface NodeClasses {
  readonly objectCount: number;
  readonly classByObject: Uint16Array | Uint32Array;
  /** The class of class objects. */
  readonly classClass: number;
  readonly classCount: number;
}

const nodesBetweenChecks = 1 << 20;

/**
 * Retained sizes of all nodes, and that of each class: the sum over its instances that no other instance of it
 * dominates. One walk down the dominator tree tells both: a node's size when the walk leaves it, and by a counter a
 * class whether an instance of its class is above it.
 * @param units shallow sizes in units of 8 bytes by node; replaced in place
 */
export function sumRetained(
  { starts, nodes }: ChildLists,
  immediateDominator: Uint32Array,
  { objectCount, classByObject, classClass, classCount }: NodeClasses,
  units: Uint32Array,
  work: Work,
): Retained {
  const root = immediateDominator.length;
  const big = new Map<number, number>();
  const unitsByClass = new Float64Array(classCount);
  /** Instances of each class above the place of the walk. */
  const above = new Uint32Array(classCount);
  // The way back: nodes above, and where in their lists the walk goes on.
  let path = new Uint32Array(1 << 12);
  let places = new Uint32Array(1 << 12);
  let reachableObjects = 0;
  let reachableUnits = 0;
  let visited = 0;
  let checkAt = nodesBetweenChecks;

  function check(): void {
    work.throwIfCancelled();
    work.report("Adding up retained sizes", visited / root);
    checkAt = visited + nodesBetweenChecks;
  }

  function put(node: number, sum: number): void {
    if (sum < listedRetained) units[node] = sum;
    else {
      units[node] = listedRetained;
      big.set(node, sum);
    }
  }

  /** Walks what a node dominates. @returns its retained units */
  function walk(top: number): number {
    let depth = 0;
    let here = top;
    let at = starts[top]!;
    let end = starts[top + 1]!;
    let sum = units[top]!;
    above[top < objectCount ? classByObject[top]! : classClass]!++;
    for (;;) {
      while (at < end) {
        const node = nodes[at++]!;
        const type = node < objectCount ? classByObject[node]! : classClass;
        const first = starts[node]!;
        const last = starts[node + 1]!;
        const own = units[node]!;
        if (node < objectCount) reachableObjects++;
        if (visited++ > checkAt) check();
        if (first === last) {
          sum += own;
          if (above[type] === 0) unitsByClass[type]! += own;
          continue;
        }
        if (depth === path.length) {
          path = outgrown(path);
          places = outgrown(places);
        }
        put(here, sum);
        path[depth] = here;
        places[depth++] = at;
        above[type]!++;
        here = node;
        at = first;
        end = last;
        sum = own;
      }
      put(here, sum);
      const type = here < objectCount ? classByObject[here]! : classClass;
      if (--above[type]! === 0) unitsByClass[type]! += sum;
      if (depth === 0) return sum;
      here = path[--depth]!;
      at = places[depth]!;
      end = starts[here + 1]!;
      const before = units[here]!;
      sum += before === listedRetained ? big.get(here)! : before;
    }
  }

  for (let at = starts[root]!; at < starts[root + 1]!; at++) {
    const node = nodes[at]!;
    if (node < objectCount) reachableObjects++;
    if (visited++ > checkAt) check();
    reachableUnits += walk(node);
  }
  for (let node = 0; node < root; node++) if (immediateDominator[node] === noDominator) units[node] = 0;
  const bigNodes = Uint32Array.from([...big.keys()].sort((a, b) => a - b));
  return {
    units,
    bigNodes,
    bigBytes: Float64Array.from(bigNodes, (node) => big.get(node)! * 8),
    byClass: unitsByClass.map((sum) => sum * 8),
    reachableObjects,
    reachableBytes: reachableUnits * 8,
  };
}
