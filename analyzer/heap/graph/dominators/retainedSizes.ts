import type { Work } from "../../../base/work";
import type { GraphColumns } from "../edges/graphColumns";
import type { ChildLists } from "./childLists";
import { listedRetained, noDominator } from "./dominatorColumns";
import { outgrown } from "./outgrown";

export interface Retained {
  /** By node; {@link listedRetained} where it is in {@link bigUnits}; 0 for unreachable nodes. */
  readonly units: Uint32Array;
  readonly bigUnits: ReadonlyMap<number, number>;
  readonly unitsByType: Float64Array;
  readonly reachableObjects: number;
  readonly reachableUnits: number;
}

type NodeTypes = Pick<GraphColumns, "instanceCount" | "typeByObject" | "typeOfTypes" | "typeCount">;

const nodesBetweenChecks = 1 << 20;

/**
 * Retained sizes of all nodes, and that of each type: the sum over its instances that no other instance of it
 * dominates. One walk down the dominator tree tells both: a node's size when the walk leaves it, and by a counter a
 * type whether an instance of its type is above it.
 * @param units shallow sizes by node; replaced in place
 */
export function sumRetained(
  { starts, nodes }: ChildLists,
  immediateDominator: Uint32Array,
  { instanceCount, typeByObject, typeOfTypes, typeCount }: NodeTypes,
  units: Uint32Array,
  work: Work,
): Retained {
  const root = immediateDominator.length;
  const big = new Map<number, number>();
  const unitsByType = new Float64Array(typeCount);
  /** Instances of each type above the place of the walk. */
  const above = new Uint32Array(typeCount);
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
    above[top < instanceCount ? typeByObject[top]! : typeOfTypes]!++;
    for (;;) {
      while (at < end) {
        const node = nodes[at++]!;
        const type = node < instanceCount ? typeByObject[node]! : typeOfTypes;
        const first = starts[node]!;
        const last = starts[node + 1]!;
        const own = units[node]!;
        if (node < instanceCount) reachableObjects++;
        if (visited++ > checkAt) check();
        if (first === last) {
          sum += own;
          if (above[type] === 0) unitsByType[type]! += own;
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
      const type = here < instanceCount ? typeByObject[here]! : typeOfTypes;
      if (--above[type]! === 0) unitsByType[type]! += sum;
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
    if (node < instanceCount) reachableObjects++;
    if (visited++ > checkAt) check();
    reachableUnits += walk(node);
  }
  for (let node = 0; node < root; node++) if (immediateDominator[node] === noDominator) units[node] = 0;
  return { units, bigUnits: big, unitsByType, reachableObjects, reachableUnits };
}
