import type { Work } from "../../base/work";
import { type Heap, type ObjectIndex, unreachable } from "../heap";
import { type Softness, softnessOf } from "./edges";
import { referenceIn } from "./fieldReads";
import { classFlags, forEachInstanceOf } from "./instances";

/** Soft, weak, phantom or finalizer references to objects of one class. */
export interface ReferentClass {
  readonly className: string;
  references: number;
  /** Referents that only such references still reach. */
  onlySoftly: number;
  /** Shallow bytes of those. */
  onlySoftlyBytes: number;
}

export interface ReferenceStatistics {
  readonly softness: Softness;
  readonly references: number;
  /** References whose referent is gone. */
  readonly cleared: number;
  readonly onlySoftly: number;
  readonly onlySoftlyBytes: number;
  /** By class of the referent, most references first. */
  readonly classes: readonly ReferentClass[];
}

const order: readonly Softness[] = ["soft", "weak", "phantom", "finalizer"];
const maximumClasses = 100;

interface Tally {
  references: number;
  cleared: number;
  readonly classes: Map<string, ReferentClass>;
}

/** How many references of each kind there are, to what, and how much only they still hold. */
export function referenceStatistics(heap: Heap, work: Work): ReferenceStatistics[] {
  const [reference] = heap.classes.findByName("java.lang.ref.Reference");
  const wanted = classFlags(
    heap,
    (type) => reference !== undefined && type !== reference && heap.classes.isSubclassOf(type, reference),
  );
  const tallies = new Map<Softness, Tally>(
    order.map((softness) => [softness, { references: 0, cleared: 0, classes: new Map() }]),
  );
  forEachInstanceOf(heap, wanted, work, "Reading references", (object) => {
    const softness = softnessOf(heap, object);
    if (softness !== undefined) count(heap, tallies.get(softness)!, object);
  });
  return order.map((softness) => summary(softness, tallies.get(softness)!));
}

function count(heap: Heap, tally: Tally, object: ObjectIndex): void {
  tally.references++;
  const referent = referenceIn(heap, object, "referent");
  if (referent === undefined) {
    tally.cleared++;
    return;
  }
  const className = heap.classNameOf(referent);
  let row = tally.classes.get(className);
  if (row === undefined) {
    row = { className, references: 0, onlySoftly: 0, onlySoftlyBytes: 0 };
    tally.classes.set(className, row);
  }
  row.references++;
  if (heap.immediateDominatorOf(referent) !== unreachable) return;
  row.onlySoftly++;
  row.onlySoftlyBytes += heap.shallowSizeOf(referent);
}

function summary(softness: Softness, { references, cleared, classes }: Tally): ReferenceStatistics {
  const rows = [...classes.values()].sort((a, b) => b.references - a.references);
  return {
    softness,
    references,
    cleared,
    onlySoftly: rows.reduce((sum, row) => sum + row.onlySoftly, 0),
    onlySoftlyBytes: rows.reduce((sum, row) => sum + row.onlySoftlyBytes, 0),
    classes: rows.slice(0, maximumClasses),
  };
}
