import { formatBytes, formatQuantity } from "../../../base/figures";
import type { Work } from "../../../base/work";
import type { GraphReference } from "../../graph/graph";
import type { OwnerField } from "../../graph/growth/dominatorPaths";
import { isDominatedBy, retainedTogether } from "../../graph/paths/dominatorChain";
import { confidenceOf, scoreOf } from "../../graph/suspects/scoring";
import type { Heap, ObjectIndex } from "../../heap";
import { allSoftness, pathsToRoots } from "../paths/paths";
import type { CollectionProfile } from "./collectionProfile";
import { generalSuspects } from "./generalSuspects";
import { histogramSuspects } from "./histogramSuspects";
import { type LeakContext, leakContext } from "./leakContext";
import { classLoaderLeak } from "./shapes/classLoaderLeak";
import { delayedTasks } from "./shapes/delayedTasks";
import { directBuffersHeld } from "./shapes/directBuffersHeld";
import { duplicateStringsHeld } from "./shapes/duplicateStringsHeld";
import { finalizerQueueGrown } from "./shapes/finalizerQueueGrown";
import { futureNeverCompleted } from "./shapes/futureNeverCompleted";
import { growingChains } from "./shapes/growingChain";
import { jniGlobal } from "./shapes/jniGlobal";
import { listenersNeverRemoved } from "./shapes/listenersNeverRemoved";
import { localVariables } from "./shapes/localVariable";
import { queueWithoutConsumer } from "./shapes/queueWithoutConsumer";
import { registeredBeans } from "./shapes/registeredBeans";
import { requestKeyedMap } from "./shapes/requestKeyedMap";
import { selfHoldingWeakMap } from "./shapes/selfHoldingWeakMap";
import { shutdownHooks } from "./shapes/shutdownHooks";
import { softlyKept } from "./shapes/softlyKept";
import { threadLeak } from "./shapes/threadLeak";
import { threadLocalInPool } from "./shapes/threadLocalInPool";
import { unboundedCache } from "./shapes/unboundedCache";
import { virtualThreadLeak } from "./shapes/virtualThreadLeak";
import type { LeakFinding, Suspect, SuspectStep } from "./suspect";

/** Shapes that look at the heap as a whole; what they explain is not reported again. */
const heapShapes: readonly ((context: LeakContext) => LeakFinding[])[] = [
  threadLocalInPool,
  classLoaderLeak,
  jniGlobal,
  directBuffersHeld,
  threadLeak,
  finalizerQueueGrown,
  localVariables,
  delayedTasks,
  futureNeverCompleted,
  shutdownHooks,
  registeredBeans,
  virtualThreadLeak,
  duplicateStringsHeld,
  softlyKept,
];

/** Shapes of one collection; the one with the best evidence names it. */
const collectionShapes: readonly ((
  context: LeakContext,
  profile: CollectionProfile,
) => LeakFinding | undefined)[] = [
  selfHoldingWeakMap,
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
  readonly field: OwnerField;
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
  // A chain is told by its form alone: whoever named its memory by better evidence goes first.
  for (const chain of growingChains(context)) {
    if (!isExplained(heap, chain.object!, findings)) findings.push(chain);
  }
  for (const finding of generalSuspects(context, explainedBy(findings))) findings.push(finding);
  const merged = mergedByField(heap, findings);
  work.report("Finding the paths to the roots", 0);
  const suspects = merged
    .map((finding, position) => {
      work.report("Finding the paths to the roots", position / merged.length);
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

/** Several collections behind one field, as the lists in a map of lists, are one finding: it is one field to mend. */
function mergedByField(heap: Heap, findings: readonly LeakFinding[]): LeakFinding[] {
  const byField = new Map<string, LeakFinding[]>();
  for (const finding of findings) {
    const { field, shape = "", kind } = finding;
    const key =
      field === undefined || kind === "group" || field.name.startsWith("[")
        ? `${byField.size}`
        : `${shape} ${field.className}.${field.name}`;
    const known = byField.get(key);
    if (known === undefined) byField.set(key, [finding]);
    else known.push(finding);
  }
  return [...byField.values()].map((group) => (group.length === 1 ? group[0]! : merge(heap, group)));
}

function merge(heap: Heap, group: readonly LeakFinding[]): LeakFinding {
  const first = group.reduce((best, each) => (scoreOf(each.parts) > scoreOf(best.parts) ? each : best));
  const objects = group.flatMap(({ object }) => (object === undefined ? [] : [object]));
  const retainedBytes = retainedTogether(heap, objects);
  const why = `${formatQuantity(group.length, "collection")} behind this field, ${formatBytes(retainedBytes)} together`;
  return {
    ...first,
    kind: "group",
    objects: group.length,
    retainedBytes,
    evidence: [why, ...first.evidence],
    explains: group.flatMap(({ explains }) => explains),
  };
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
    parts: [...finding.parts, { name: "growth", points: growthPoints, why, proves: hasShape(finding) }],
    evidence: [why, ...finding.evidence],
  };
}

/** Growth proves a leak where the shape says that nothing will ever take away what was put in. */
const leastShapePoints = 10;

function hasShape({ parts }: LeakFinding): boolean {
  return (
    parts.reduce((sum, { name, points }) => sum + (name === "shape" ? points : 0), 0) >= leastShapePoints
  );
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
  return best === undefined ? undefined : withRemovals(best, profile);
}

const removalPoints = -30;
const onlyGrownPoints = 4;

/** A collection from which as much was taken as is in it now is emptied by somebody: what is there is what is in use. */
function withRemovals(finding: LeakFinding, { removals, elements }: CollectionProfile): LeakFinding {
  if (removals === undefined || (removals > 0 && removals < elements)) return finding;
  const why =
    removals === 0
      ? "nothing was ever taken out of it"
      : `${formatQuantity(removals, "element")} were taken out of it over time`;
  const points = removals === 0 ? onlyGrownPoints : removalPoints;
  return {
    ...finding,
    parts: [...finding.parts, { name: "shape", points, why }],
    evidence: [...finding.evidence, why],
  };
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
