import type { Work } from "../../../base/work";
import { typeFlags } from "../../graph/opened/instances";
import { type Reachability, reachabilities } from "../../graph/opened/reachability";
import { type Heap, type ObjectIndex, unreachable } from "../../heap";
import { softnessOf } from "../paths/edges";

const none = reachabilities.indexOf("none");
/** Slots of an array looked at in one read. */
const chunk = 1 << 14;

/** A byte per object, 0 (strong) to {@link none}: indices into the list of reachabilities. */
type Ranks = Uint8Array;

/** Reference objects whose referent is not strongly reachable, in index order. */
interface References {
  readonly objects: readonly ObjectIndex[];
  readonly referents: readonly ObjectIndex[];
  readonly ranks: readonly number[];
}

const known = new WeakMap<Heap, Ranks>();

/**
 * How each object is reached: worked out when first asked for, from what the dominators leave unreachable.
 * @throws ExhumeError `overBudget` without dominators
 */
export function reachabilityOf(heap: Heap, work: Work): (object: ObjectIndex) => Reachability {
  let ranks = known.get(heap);
  if (ranks === undefined) {
    ranks = rankObjects(heap, work);
    known.set(heap, ranks);
  }
  const found = ranks;
  return (object) => reachabilities[found[object]!]!;
}

function rankObjects(heap: Heap, work: Work): Ranks {
  const ranks = new Uint8Array(heap.nodeCount);
  let left = 0;
  for (let index = 0; index < ranks.length; index++) {
    if (index % 65536 === 0) work.throwIfCancelled();
    if (heap.immediateDominatorOf(index as ObjectIndex) !== unreachable) continue;
    ranks[index] = none;
    left++;
  }
  if (left === 0) return ranks;
  const references = referencesToRest(heap, ranks, work);
  for (let rank = 1; rank < none; rank++) {
    const stack: ObjectIndex[] = [];
    const reach = (target: ObjectIndex): void => {
      if (ranks[target] !== none) return;
      ranks[target] = rank;
      stack.push(target);
    };
    // The way is as weak as its weakest reference: stronger ones count too where their holder is reached just now.
    const follow = (position: number): void => {
      if (references.ranks[position]! <= rank && ranks[references.objects[position]!]! <= rank) {
        reach(references.referents[position]!);
      }
    };
    for (let position = 0; position < references.objects.length; position++) follow(position);
    let visited = 0;
    for (let object = stack.pop(); object !== undefined; object = stack.pop()) {
      if (++visited % 4096 === 0) {
        work.throwIfCancelled();
        work.report("Following soft, weak and phantom references", visited / left);
      }
      forEachStrongTarget(heap, object, reach);
      const position = positionIn(references.objects, object);
      if (references.objects[position] === object) follow(position);
    }
  }
  return ranks;
}

/** Where an index is in an ascending list, or would be. */
function positionIn(ascending: readonly ObjectIndex[], wanted: ObjectIndex): number {
  let from = 0;
  let upto = ascending.length;
  while (from < upto) {
    const middle = (from + upto) >>> 1;
    if (ascending[middle]! < wanted) from = middle + 1;
    else upto = middle;
  }
  return from;
}

/** By one walk over the file. */
function referencesToRest(heap: Heap, ranks: Ranks, work: Work): References {
  const [reference] = heap.classes.findByName("java.lang.ref.Reference");
  const objects: ObjectIndex[] = [];
  const referents: ObjectIndex[] = [];
  const kinds: number[] = [];
  if (reference === undefined) return { objects, referents, ranks: kinds };
  const wanted = typeFlags(heap, (type) => heap.classes.isSubclassOf(type, reference));
  heap.sweepFields(
    wanted,
    [["referent"]],
    (object, [target]) => {
      if (target === undefined || target < 0 || ranks[target] !== none) return;
      objects.push(object);
      referents.push(target as ObjectIndex);
      // A kind of reference we do not know keeps nothing.
      kinds.push(reachabilities.indexOf(softnessOf(heap, object) ?? "weak"));
    },
    work,
  );
  return { objects, referents, ranks: kinds };
}

/** Arrays in pieces: a big one never becomes objects all at once. */
function forEachStrongTarget(heap: Heap, object: ObjectIndex, visit: (target: ObjectIndex) => void): void {
  const element = heap.elementTypeOf(object);
  if (element === undefined) {
    for (const { target, strong } of heap.referencesOf(object)) if (strong) visit(target);
    return;
  }
  visit(heap.classObjectOf(heap.classOf(object)));
  if (element !== "object") return;
  const length = heap.lengthOf(object);
  for (let start = 0; start < length; start += chunk) {
    for (const target of heap.elementsOf(object, start, Math.min(chunk, length - start))) {
      if (target >= 0) visit(target as ObjectIndex);
    }
  }
}
