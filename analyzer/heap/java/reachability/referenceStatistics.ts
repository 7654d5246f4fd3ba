import type { Work } from "../../../base/work";
import { forEachInstanceOf, typeFlags } from "../../graph/opened/instances";
import type { Heap, ObjectIndex } from "../../heap";
import { referenceIn } from "../objects/fieldReads";
import { type Softness, softnessOf } from "../paths/edges";
import { reachabilityOf } from "./reachability";

/** Soft, weak, phantom or finalizer references to objects of one class. */
export interface ReferentClass {
  readonly className: string;
  references: number;
  /** Referents that no stronger kind of reference reaches; undefined without dominators. */
  onlySoftly: number | undefined;
  /** Shallow bytes of those. */
  onlySoftlyBytes: number | undefined;
}

export interface ReferenceStatistics {
  readonly softness: Softness;
  readonly references: number;
  /** References whose referent is gone. */
  readonly cleared: number;
  /** undefined without dominators. */
  readonly onlySoftly: number | undefined;
  readonly onlySoftlyBytes: number | undefined;
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
  const wanted = typeFlags(
    heap,
    (type) => reference !== undefined && type !== reference && heap.classes.isSubclassOf(type, reference),
  );
  const tallies = new Map<Softness, Tally>(
    order.map((softness) => [softness, { references: 0, cleared: 0, classes: new Map() }]),
  );
  const reached = heap.hasDominators ? reachabilityOf(heap, work) : undefined;
  const isOnlyBy = (softness: Softness) => (referent: ObjectIndex) => reached?.(referent) === softness;
  forEachInstanceOf(heap, wanted, work, "Reading references", (object) => {
    const softness = softnessOf(heap, object);
    if (softness !== undefined) count(heap, tallies.get(softness)!, object, isOnlyBy(softness));
  });
  return order.map((softness) => summary(softness, tallies.get(softness)!, heap.hasDominators));
}

function count(
  heap: Heap,
  tally: Tally,
  object: ObjectIndex,
  isOnlySoftly: (referent: ObjectIndex) => boolean,
): void {
  tally.references++;
  const referent = referenceIn(heap, object, "referent");
  if (referent === undefined) {
    tally.cleared++;
    return;
  }
  const className = heap.classNameOf(referent);
  let row = tally.classes.get(className);
  if (row === undefined) {
    const unknown = heap.hasDominators ? 0 : undefined;
    row = { className, references: 0, onlySoftly: unknown, onlySoftlyBytes: unknown };
    tally.classes.set(className, row);
  }
  row.references++;
  if (row.onlySoftly === undefined || row.onlySoftlyBytes === undefined) return;
  if (!isOnlySoftly(referent)) return;
  row.onlySoftly++;
  row.onlySoftlyBytes += heap.shallowSizeOf(referent);
}

function summary(
  softness: Softness,
  { references, cleared, classes }: Tally,
  knowsGarbage: boolean,
): ReferenceStatistics {
  const rows = [...classes.values()].sort((a, b) => b.references - a.references);
  return {
    softness,
    references,
    cleared,
    onlySoftly: knowsGarbage ? rows.reduce((sum, row) => sum + (row.onlySoftly ?? 0), 0) : undefined,
    onlySoftlyBytes: knowsGarbage
      ? rows.reduce((sum, row) => sum + (row.onlySoftlyBytes ?? 0), 0)
      : undefined,
    classes: rows.slice(0, maximumClasses),
  };
}
