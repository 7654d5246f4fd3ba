import { formatBytes, formatQuantity } from "../../../../base/figures";
import { forEachInstanceOf, instancesIn } from "../../../graph/opened/instances";
import { dominatorOf, retainedTogether } from "../../../graph/paths/dominatorChain";
import {
  elementsPart,
  rootPart,
  type ScorePart,
  shapePart,
  sharePart,
} from "../../../graph/suspects/scoring";
import type { Heap, ObjectIndex } from "../../../heap";
import { referenceIn, subclassesOf } from "../../objects/fieldReads";
import { applicationHoldingOf, enclosingCollectionOf } from "../../paths/holders";
import { leadsTo } from "../../paths/leadsTo";
import type { LeakContext } from "../leakContext";
import type { LeakFinding } from "../suspect";
import { fieldNameOf } from "./collectionFinding";

const fixAction =
  "Let the action be a static class or a lambda that has what it frees and nothing of the object itself: as long as the action leads to it, the object is never found unreachable.";
const fixMarker =
  "Let each wait for an object that goes when its work is done: what lives as long as the program lets none of them go.";

const leastShare = 0.05;
const leastActions = 100;
const leastOfOne = 1_000;
const sampled = 100;
const mostlyHeld = 0.9;

/** Clean-up that waits for an object to go, which cannot: its own action holds it, or it is there for good. */
export function cleanupNeverRuns(context: LeakContext): LeakFinding[] {
  return [...actionsThatHold(context), ...manyForOne(context)];
}

/** Actions of a `Cleaner`, by their class, that lead to the object they are for. */
function actionsThatHold(context: LeakContext): LeakFinding[] {
  const { heap, work } = context;
  const byAction = new Map<string, ObjectIndex[]>();
  const wanted = subclassesOf(heap, ["jdk.internal.ref.CleanerImpl$PhantomCleanableRef"]);
  forEachInstanceOf(heap, wanted, work, "Looking at cleaners", (cleanable) => {
    const action = referenceIn(heap, cleanable, "action");
    if (action === undefined || referenceIn(heap, cleanable, "referent") === undefined) return;
    const name = heap.classNameOf(action);
    const known = byAction.get(name);
    if (known === undefined) byAction.set(name, [cleanable]);
    else known.push(cleanable);
  });
  const findings: LeakFinding[] = [];
  for (const [actionClass, cleanables] of byAction) {
    const looked = cleanables.slice(0, sampled);
    const holding = looked.filter((each) => holdsItsOwn(heap, each)).length;
    if (cleanables.length < leastActions || holding < mostlyHeld * looked.length) continue;
    const finding = findingOf(context, cleanables, fixAction, (bytes) => ({
      part: { ...shapePart(40, "actions of a cleaner that hold what they wait for"), proves: true },
      evidence: [
        `${formatQuantity(cleanables.length, "action")} of a Cleaner, of ${actionClass}, keep ${formatBytes(bytes)}`,
        "each leads to the object it waits for by strong references, so that object never goes and the action never runs",
      ],
    }));
    if (finding !== undefined) findings.push(finding);
  }
  return findings;
}

function holdsItsOwn(heap: Heap, cleanable: ObjectIndex): boolean {
  const action = referenceIn(heap, cleanable, "action");
  const referent = referenceIn(heap, cleanable, "referent");
  return action !== undefined && referent !== undefined && leadsTo(heap, action, referent);
}

/** Phantom references by the thousand that all wait for one object. */
function manyForOne(context: LeakContext): LeakFinding[] {
  const { heap, work } = context;
  const wanted = subclassesOf(heap, ["java.lang.ref.PhantomReference"]);
  if (instancesIn(heap, wanted) < leastOfOne) return [];
  const waiting = new Map<number, ObjectIndex[]>();
  heap.sweepFields(
    wanted,
    [["referent"]],
    (reference, [referent = -1]) => {
      const known = waiting.get(referent);
      if (referent < 0) return;
      if (known === undefined) waiting.set(referent, [reference]);
      else known.push(reference);
    },
    work,
  );
  const findings: LeakFinding[] = [];
  for (const [referent, references] of waiting) {
    if (references.length < leastOfOne) continue;
    const className = heap.classNameOf(referent as ObjectIndex);
    const finding = findingOf(context, references, fixMarker, (bytes) => ({
      part: shapePart(32, "clean-up by the thousand that waits for one object"),
      evidence: [
        `${formatQuantity(references.length, "phantom reference")} of ${heap.classNameOf(references[0]!)} wait for one object of ${className}, ${formatBytes(bytes)}`,
        "what they are to clean up stays as long as that one object",
      ],
    }));
    if (finding !== undefined) findings.push(finding);
  }
  return findings;
}

function findingOf(
  { heap, totalBytes }: LeakContext,
  references: readonly ObjectIndex[],
  fix: string,
  says: (bytes: number) => { readonly part: ScorePart; readonly evidence: readonly string[] },
): LeakFinding | undefined {
  const bytes = retainedTogether(heap, references);
  const share = bytes / Math.max(1, totalBytes);
  if (share < leastShare) return undefined;
  const first = references[0]!;
  const className = heap.classNameOf(first);
  // Those of a Cleaner are in a chain; its head is near to who has the Cleaner.
  const field = applicationHoldingOf(heap, referenceIn(heap, first, "list") ?? first);
  const above = dominatorOf(heap, first);
  const collection = above === undefined ? undefined : enclosingCollectionOf(heap, above);
  const { part, evidence } = says(bytes);
  return {
    shape: "cleanup-never-runs",
    kind: "group",
    object: first,
    className,
    objects: references.length,
    retainedBytes: bytes,
    ...(field === undefined ? {} : { field: fieldNameOf(field) }),
    accumulation: { object: first, className, retainedBytes: bytes, elements: references.length },
    parts: [
      sharePart(share),
      elementsPart(references.length),
      rootPart(field?.static === true, field === undefined ? "held by a root" : "held by a field"),
      part,
    ],
    evidence: [...evidence, ...(field === undefined ? [] : [`held by ${field.className}.${field.field}`])],
    fix,
    explains: [...(collection === undefined ? [] : [collection]), ...references],
  };
}
