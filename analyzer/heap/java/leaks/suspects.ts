import { formatBytes } from "../../../base/figures";
import type { Work } from "../../../base/work";
import type { GraphReference } from "../../graph/graph";
import type { FieldName } from "../../graph/growth/dominatorPaths";
import { isDominatedBy, retainedTogether } from "../../graph/paths/dominatorChain";
import { confidenceOf, scoreOf } from "../../graph/suspects/scoring";
import type { Heap, ObjectIndex } from "../../heap";
import { allSoftness, pathsToRoots } from "../paths/paths";
import type { CollectionProfile } from "./collectionProfile";
import { generalSuspects } from "./generalSuspects";
import { histogramSuspects } from "./histogramSuspects";
import { type LeakContext, leakContext } from "./leakContext";
import { classLoaderLeak } from "./shapes/classLoaderLeak";
import { directBuffersHeld } from "./shapes/directBuffersHeld";
import { duplicateStringsHeld } from "./shapes/duplicateStringsHeld";
import { finalizerQueueGrown } from "./shapes/finalizerQueueGrown";
import { jniGlobal } from "./shapes/jniGlobal";
import { listenersNeverRemoved } from "./shapes/listenersNeverRemoved";
import { queueWithoutConsumer } from "./shapes/queueWithoutConsumer";
import { requestKeyedMap } from "./shapes/requestKeyedMap";
import { threadLeak } from "./shapes/threadLeak";
import { threadLocalInPool } from "./shapes/threadLocalInPool";
import { unboundedCache } from "./shapes/unboundedCache";
import type { LeakFinding, Suspect, SuspectStep } from "./suspect";

/** Shapes that look at the heap as a whole; what they explain is not reported again. */
const heapShapes: readonly ((context: LeakContext) => LeakFinding[])[] = [
  threadLocalInPool,
  classLoaderLeak,
  jniGlobal,
  directBuffersHeld,
  threadLeak,
  finalizerQueueGrown,
  duplicateStringsHeld,
];

/** Shapes of one collection; the one with the best evidence names it. */
const collectionShapes: readonly ((
  context: LeakContext,
  profile: CollectionProfile,
) => LeakFinding | undefined)[] = [
  listenersNeverRemoved,
  queueWithoutConsumer,
  requestKeyedMap,
  unboundedCache,
];

/** Steps of a path that are shown. */
const pathBudget = 100_000;

export interface LeakReport {
  readonly totalBytes: number;
  /** Surest and biggest first. */
  readonly suspects: readonly Suspect[];
}

/** A field under which more is held than in an earlier dump. */
export interface GrownField {
  readonly field: FieldName;
  readonly grownBytes: number;
}

/**
 * Looks for leaks: by shape first, then by size alone for what no shape explains. Without dominators the histogram has
 * to do.
 * @param grown what grew since an earlier dump of the same program; undefined when there is none
 */
export function leakSuspects(heap: Heap, work: Work, grown?: readonly GrownField[]): LeakReport {
  if (!heap.hasDominators) return histogramSuspects(heap);
  const context = leakContext(heap, work);
  const findings: LeakFinding[] = [];
  for (const shape of heapShapes) {
    work.throwIfCancelled();
    for (const finding of shape(context)) findings.push(finding);
  }
  for (const profile of context.collections) {
    work.throwIfCancelled();
    if (isExplained(heap, profile.object, findings)) continue;
    const finding = bestShapeOf(context, profile);
    if (finding !== undefined) findings.push(finding);
  }
  for (const finding of generalSuspects(context, explainedBy(findings))) findings.push(finding);
  work.report("LeakFinding the paths to the roots", 0);
  const suspects = findings
    .map((finding, position) => {
      work.report("LeakFinding the paths to the roots", position / findings.length);
      return suspectOf(context, withGrowth(finding, grown), work);
    })
    .filter(isPossible);
  suspects.sort((a, b) => rank(b) - rank(a) || (b.retainedBytes ?? 0) - (a.retainedBytes ?? 0));
  return { totalBytes: context.totalBytes, suspects };
}

/** Nothing keeps more than the whole heap: a finding whose figures say so is a fault of ours and is not told. */
function isPossible({ share, retainedBytes = 0 }: Suspect): boolean {
  return share >= 0 && share <= 1 && retainedBytes >= 0;
}

/** Having grown is the best evidence there is, and not having grown the best against a collection. */
const growthPoints = 30;
const sameSizePoints = -40;

function withGrowth(finding: LeakFinding, grown: readonly GrownField[] | undefined): LeakFinding {
  const { field } = finding;
  if (field === undefined || grown === undefined) return finding;
  const growth = grown.find(
    (each) => each.field.className === field.className && each.field.name === field.name,
  );
  if (growth === undefined || growth.grownBytes <= 0) {
    if (finding.accumulation?.elements === undefined) return finding;
    const why = "has not grown since the earlier dump";
    return {
      ...finding,
      parts: [...finding.parts, { name: "growth", points: sameSizePoints, why }],
      evidence: [...finding.evidence, why],
    };
  }
  const why = `grew by ${formatBytes(growth.grownBytes)} since the earlier dump`;
  return {
    ...finding,
    parts: [...finding.parts, { name: "growth", points: growthPoints, why }],
    evidence: [why, ...finding.evidence],
  };
}

function rank({ confidence, score }: Suspect): number {
  return { certain: 2000, likely: 1000, possible: 0 }[confidence] + score;
}

function bestShapeOf(context: LeakContext, profile: CollectionProfile): LeakFinding | undefined {
  let best: LeakFinding | undefined;
  for (const shape of collectionShapes) {
    const finding = shape(context, profile);
    if (finding !== undefined && (best === undefined || scoreOf(finding.parts) > scoreOf(best.parts))) {
      best = finding;
    }
  }
  return best;
}

/** A collection inside something already blamed, or one whose memory is mostly that of things already blamed. */
function isExplained(heap: Heap, object: ObjectIndex, findings: readonly LeakFinding[]): boolean {
  const explained = explainedBy(findings);
  if (explained.some((each) => isDominatedBy(heap, object, each))) return true;
  const inside = explained.filter((each) => isDominatedBy(heap, each, object));
  return retainedTogether(heap, inside) > 0.5 * heap.retainedSizeOf(object);
}

/** At most so many objects per finding are looked through when others are compared with it. */
const comparedObjects = 200;

function explainedBy(findings: readonly LeakFinding[]): ObjectIndex[] {
  return findings.flatMap(({ explains }) => explains.slice(0, comparedObjects));
}

function suspectOf({ heap, totalBytes }: LeakContext, finding: LeakFinding, work: Work): Suspect {
  const { explains: _explains, path, parts, ...rest } = finding;
  const found = finding.object === undefined ? undefined : pathOf(heap, finding.object, work);
  return {
    ...rest,
    share: finding.share ?? finding.retainedBytes / Math.max(1, totalBytes),
    path: path ?? found?.steps ?? [],
    roots: found?.roots ?? [],
    parts,
    score: scoreOf(parts),
    confidence: confidenceOf(parts),
  };
}

/** How a step leads to the next, as other tools write it: an object to its class, a class to its loader. */
function wordOf({ name, kind, slot }: GraphReference): string | undefined {
  if (name !== undefined) return name;
  switch (kind) {
    case "element":
      return `[${slot ?? 0}]`;
    case "class":
      return "<class>";
    case "superclass":
      return "<super>";
    case "loader":
      return "<loader>";
    default:
      return undefined;
  }
}

function pathOf(
  heap: Heap,
  object: ObjectIndex,
  work: Work,
): { steps: SuspectStep[]; roots: readonly string[] } | undefined {
  const found = pathsToRoots(
    heap,
    object,
    { maximumPaths: 1, exclude: allSoftness, endAtPermanentClasses: true, maximumVisited: pathBudget },
    work,
  ).paths[0];
  if (found === undefined) return undefined;
  const steps = found.steps.map(({ object: at, reference }) => {
    const type = heap.classOfClassObject(at);
    const className = type === undefined ? heap.classNameOf(at) : heap.classes.nameOf(type);
    const field = reference === undefined ? undefined : wordOf(reference);
    return field === undefined ? { object: at, className } : { object: at, className, field };
  });
  return { steps, roots: found.roots };
}
