import type { Work } from "../../../base/work";
import { type ClassIndex, type Heap, type ObjectIndex, unreachable, virtualRoot } from "../../heap";
import { forEachInstanceOf } from "../../java/objects/instances";

/** The immediate dominators of the instances of a class, merged by their class. */
export interface DominatorClass {
  /** Class of the dominators, `class X` for the class object of X; `GC roots` for what no object dominates. */
  readonly className: string;
  /** One of the dominators, to go on from. */
  readonly example: ObjectIndex | undefined;
  dominators: number;
  /** Instances asked for that they dominate directly. */
  objects: number;
  /** Retained bytes of those instances. */
  retainedBytes: number;
}

/**
 * Who keeps the objects of a class alive, one level up.
 * @param skip classes to look through, by name: dominators of such a class are replaced by theirs (`java.*`)
 */
export function immediateDominatorsOf(
  heap: Heap,
  types: readonly ClassIndex[],
  skip: RegExp | undefined,
  work: Work,
): DominatorClass[] {
  const wanted = new Uint8Array(heap.classes.count);
  for (const type of types) wanted[type] = 1;
  const rows = new Map<string, DominatorClass>();
  const seen = new Map<string, Set<number>>();
  forEachInstanceOf(heap, wanted, work, "Following dominators", (object) => {
    const dominator = dominatorThrough(heap, object, skip);
    if (dominator === unreachable) return;
    const className = dominator === virtualRoot ? "GC roots" : nameOf(heap, dominator);
    let row = rows.get(className);
    if (row === undefined) {
      const example = dominator === virtualRoot ? undefined : (dominator as ObjectIndex);
      row = { className, example, dominators: 0, objects: 0, retainedBytes: 0 };
      rows.set(className, row);
      seen.set(className, new Set());
    }
    row.objects++;
    row.retainedBytes += heap.retainedSizeOf(object);
    const ofClass = seen.get(className)!;
    if (ofClass.size < 1_000_000 && !ofClass.has(dominator)) {
      ofClass.add(dominator);
      row.dominators++;
    }
  });
  return [...rows.values()].sort((a, b) => b.retainedBytes - a.retainedBytes);
}

function dominatorThrough(
  heap: Heap,
  object: ObjectIndex,
  skip: RegExp | undefined,
): ObjectIndex | typeof virtualRoot | typeof unreachable {
  let dominator = heap.immediateDominatorOf(object);
  for (let guard = heap.nodeCount; skip !== undefined && guard > 0; guard--) {
    if (dominator === virtualRoot || dominator === unreachable) break;
    if (!skip.test(nameOf(heap, dominator).replace(/^class /, ""))) break;
    dominator = heap.immediateDominatorOf(dominator);
  }
  return dominator;
}

/** Class objects by the class they stand for: what static fields hold is not held by java.lang.Class. */
function nameOf(heap: Heap, object: ObjectIndex): string {
  const type = heap.classOfClassObject(object);
  return type === undefined ? heap.classNameOf(object) : `class ${heap.classes.nameOf(type)}`;
}
