import type { Work } from "../../base/work";
import type { JoinPredecessors } from "./joinPredecessors";

/**
 * Immediate dominators by Semi-NCA (Georgiadis, "Linear-Time Algorithms for Dominators and Related Problems", 2005),
 * with two changes: only joins have predecessor lists, and the climb to the nearest common ancestor uses skew-binary
 * jump pointers, without which a long list whose values are also in an array costs the square of its length.
 *
 * @param parent depth-first parents by number; replaced in place by immediate dominators.
 */
export function findImmediateDominators(
  parent: Uint32Array,
  count: number,
  joins: JoinPredecessors,
  work: Work,
): void {
  const ancestor = parent.slice(0, count);
  const label = parent.slice(0, count);
  const semi = findSemidominators(parent, joins, ancestor, label, work);
  climb(parent, count, joins, semi, ancestor, label, work);
}

const stepsBetweenChecks = 1 << 18;

/** Semidominator of each join. `ancestor` and `label` are the forest of path compression, linked as numbers fall. */
function findSemidominators(
  parent: Uint32Array,
  { joinCount, joins, starts, predecessors }: JoinPredecessors,
  ancestor: Uint32Array,
  label: Uint32Array,
  work: Work,
): Uint32Array {
  const semi = new Uint32Array(joinCount);
  let stack = new Uint32Array(1 << 12);
  let budget = stepsBetweenChecks;
  for (let join = joinCount - 1; join >= 0; join--) {
    const node = joins[join]!;
    let least = parent[node]!;
    const end = starts[join + 1]!;
    for (let k = starts[join]!; k < end; k++) {
      const from = predecessors[k]!;
      if (from <= node) {
        if (from < least) least = from;
        continue;
      }
      let above = ancestor[from]!;
      if (above > node) {
        let depth = 0;
        let at = from;
        while (above > node) {
          if (depth === stack.length) {
            const bigger = new Uint32Array(depth * 2);
            bigger.set(stack);
            stack = bigger;
          }
          stack[depth++] = at;
          at = above;
          above = ancestor[at]!;
        }
        budget -= depth;
        let best = label[at]!;
        while (depth > 0) {
          const below = stack[--depth]!;
          if (label[below]! < best) best = label[below]!;
          else label[below] = best;
          ancestor[below] = above;
        }
      }
      const best = label[from]!;
      if (best < least) least = best;
    }
    semi[join] = least;
    label[node] = least;
    budget -= end - starts[join]! + 1;
    if (budget < 0) {
      work.throwIfCancelled();
      work.report("Finding dominators", 0.8 * (1 - join / joinCount));
      budget = stepsBetweenChecks;
    }
  }
  return semi;
}

function climb(
  parent: Uint32Array,
  count: number,
  { joinCount, joins }: JoinPredecessors,
  semi: Uint32Array,
  depth: Uint32Array,
  jump: Uint32Array,
  work: Work,
): void {
  depth[0] = 0;
  jump[0] = 0;
  let join = 0;
  let nextJoin = joinCount > 0 ? joins[0]! : count;
  for (let number = 1; number < count; number++) {
    let dominator = parent[number]!;
    if (number === nextJoin) {
      const bound = semi[join]!;
      while (dominator > bound) {
        const far = jump[dominator]!;
        dominator = far >= bound ? far : parent[dominator]!;
      }
      parent[number] = dominator;
      join++;
      nextJoin = join < joinCount ? joins[join]! : count;
    }
    depth[number] = depth[dominator]! + 1;
    const far = jump[dominator]!;
    const farther = jump[far]!;
    jump[number] = depth[dominator]! - depth[far]! === depth[far]! - depth[farther]! ? farther : dominator;
    if (number % (1 << 22) === 0) {
      work.throwIfCancelled();
      work.report("Finding dominators", 0.8 + (0.2 * number) / count);
    }
  }
}
