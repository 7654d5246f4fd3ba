import type { Work } from "../../../base/work";
import type { JoinPredecessors } from "./joinPredecessors";
import { outgrown } from "./outgrown";

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
  // Two cells a number, always looked at together: [ancestor, label], later [depth, jump].
  const pairs = new Uint32Array(2 * count);
  const semi = findSemidominators(parent, count, joins, pairs, work);
  climb(parent, count, joins, semi, pairs, work);
}

const stepsBetweenChecks = 1 << 18;

/**
 * Semidominator of each join. `forest` is that of path compression, linked as numbers fall: the ancestor of each
 * number and the least semidominator on the way there.
 */
function findSemidominators(
  parent: Uint32Array,
  count: number,
  { ranks, starts, predecessors, joinCount }: JoinPredecessors,
  forest: Uint32Array,
  work: Work,
): Uint32Array {
  const semi = new Uint32Array(joinCount);
  for (let number = 1; number < count; number++) {
    const above = parent[number]!;
    forest[2 * number] = above;
    forest[2 * number + 1] = above;
  }
  let stack = new Uint32Array(1 << 12);
  let budget = stepsBetweenChecks;
  let join = joinCount;
  for (let word = ranks.length - 2; word >= 0; word -= 2) {
    let bits = ranks[word + 1]!;
    while (bits !== 0) {
      const highest = 31 - Math.clz32(bits);
      bits = (bits & ~(1 << highest)) >>> 0;
      const node = word * 16 + highest;
      join--;
      let least = parent[node]!;
      const begin = starts[join]!;
      const end = starts[join + 1]!;
      // Nothing is less than the virtual root.
      for (let k = begin; k < end && least !== 0; k++) {
        const predecessor = predecessors[k]!;
        if (predecessor <= node) {
          if (predecessor < least) least = predecessor;
          continue;
        }
        const from = 2 * predecessor;
        let above = forest[from]!;
        if (above > node) {
          let depth = 0;
          let at = from;
          while (above > node) {
            if (depth === stack.length) stack = outgrown(stack);
            stack[depth++] = at;
            at = 2 * above;
            above = forest[at]!;
          }
          budget -= depth;
          let best = forest[at + 1]!;
          while (depth > 0) {
            const below = stack[--depth]!;
            const own = forest[below + 1]!;
            if (own < best) best = own;
            else forest[below + 1] = best;
            forest[below] = above;
          }
        }
        const best = forest[from + 1]!;
        if (best < least) least = best;
      }
      semi[join] = least;
      forest[2 * node + 1] = least;
      budget -= end - begin + 1;
      if (budget < 0) {
        work.throwIfCancelled();
        work.report("Finding dominators", 0.8 * (1 - join / joinCount));
        budget = stepsBetweenChecks;
      }
    }
  }
  return semi;
}

function climb(
  parent: Uint32Array,
  count: number,
  { ranks }: JoinPredecessors,
  semi: Uint32Array,
  jumps: Uint32Array,
  work: Work,
): void {
  jumps[0] = 0;
  jumps[1] = 0;
  let join = 0;
  for (let number = 1; number < count; number++) {
    let dominator = parent[number]!;
    if ((ranks[2 * (number >>> 5) + 1]! >>> (number & 31)) & 1) {
      const bound = semi[join++]!;
      while (dominator > bound) {
        const far = jumps[2 * dominator + 1]!;
        dominator = far >= bound ? far : parent[dominator]!;
      }
      parent[number] = dominator;
    }
    const depth = jumps[2 * dominator]!;
    const far = jumps[2 * dominator + 1]!;
    const depthOfFar = jumps[2 * far]!;
    jumps[2 * number] = depth + 1;
    jumps[2 * number + 1] =
      depth - depthOfFar === depthOfFar - jumps[2 * jumps[2 * far + 1]!]! ? jumps[2 * far + 1]! : dominator;
    if (number % (1 << 22) === 0) {
      work.throwIfCancelled();
      work.report("Finding dominators", 0.8 + (0.2 * number) / count);
    }
  }
}
