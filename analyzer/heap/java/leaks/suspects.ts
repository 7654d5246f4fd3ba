import { formatBytes, formatQuantity } from "../../../base/figures";
import type { Work } from "../../../base/work";
import type { OwnerField } from "../../graph/growth/dominatorPaths";
import { isDominatedBy, retainedTogether } from "../../graph/paths/dominatorChain";
import { leastSuspectShare } from "../../graph/suspects/accumulations";
import { confidenceOf, evidenceIn, leastEvidence, scoreOf } from "../../graph/suspects/scoring";
import type { Heap, ObjectIndex } from "../../heap";
import { isDataClass } from "../paths/libraryPackages";
import { isOwnCode } from "../paths/ownCode";
import type { CollectionProfile } from "./collectionProfile";
import { generalSuspects } from "./generalSuspects";
import { canGrow, keeperOf, keptForProgram } from "./growable";
import { histogramSuspects } from "./histogramSuspects";
import { type LeakContext, leakContext } from "./leakContext";
import { type BigHolder, bigHolders, memoryPiles, speakersOf } from "./memoryPiles";
import { classLoaderLeak } from "./shapes/classLoaderLeak";
import { cleanupNeverRuns } from "./shapes/cleanupNeverRuns";
import { delayedTasks } from "./shapes/delayedTasks";
import { directBuffersHeld } from "./shapes/directBuffersHeld";
import { duplicateStringsHeld } from "./shapes/duplicateStringsHeld";
import { finalizerQueueGrown } from "./shapes/finalizerQueueGrown";
import { finishedElements } from "./shapes/finishedElements";
import { futureNeverCompleted } from "./shapes/futureNeverCompleted";
import { growingChains } from "./shapes/growingChain";
import { heavyweights } from "./shapes/heavyweights";
import { jniGlobal } from "./shapes/jniGlobal";
import { keptByLibrary } from "./shapes/keptByLibrary";
import { keptUntilExit } from "./shapes/keptUntilExit";
import { listenersNeverRemoved } from "./shapes/listenersNeverRemoved";
import { localVariables } from "./shapes/localVariable";
import { outOfMemoryInWords, outOfMemoryThreads } from "./shapes/outOfMemoryThread";
import { queueWithoutConsumer } from "./shapes/queueWithoutConsumer";
import { registeredBeans } from "./shapes/registeredBeans";
import { requestKeyedMap } from "./shapes/requestKeyedMap";
import { selfHoldingWeakMap } from "./shapes/selfHoldingWeakMap";
import { threadLeak } from "./shapes/threadLeak";
import { threadLocalInPool } from "./shapes/threadLocalInPool";
import { unansweredFutures } from "./shapes/unansweredFutures";
import { unboundedCache } from "./shapes/unboundedCache";
import { virtualThreadLeak } from "./shapes/virtualThreadLeak";
import { softMemory } from "./softMemory";
import type { LeakFinding, Suspect } from "./suspect";
import { suspectPathOf } from "./suspectPath";

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
  keptUntilExit,
  cleanupNeverRuns,
  registeredBeans,
  virtualThreadLeak,
  keptByLibrary,
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
  heavyweights,
  unansweredFutures,
  finishedElements,
];

export interface LeakReport {
  readonly totalBytes: number;
  /** Surest and biggest first. */
  readonly suspects: readonly Suspect[];
  /** What much of the heap is in, suspicious or not, biggest first. */
  readonly holders: readonly BigHolder[];
  /** What is not a leak and fills the heap all the same, in sentences. */
  readonly remarks: readonly string[];
  /** Threads that ran out of memory, each with its place: `thread "main" ran out of memory in …`. */
  readonly outOfMemory: readonly string[];
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
  let findings: LeakFinding[] = [];
  for (const shape of heapShapes) {
    work.throwIfCancelled();
    for (const finding of shape(context)) findings.push(finding);
  }
  const piles = memoryPiles(context);
  const alone = context.collections.map((profile) => [profile]);
  for (const profiles of [...piles.map((pile) => speakersOf(context, pile)), ...alone]) {
    work.throwIfCancelled();
    const finding = bestShapeOf(
      context,
      profiles.filter(
        ({ object, keptIn }) => !isExplained(heap, object, findings) && !isDataClass(keptIn?.className ?? ""),
      ),
    );
    if (finding !== undefined) findings.push(finding);
  }
  // A chain is told by its form alone: whoever named its memory by better evidence goes first.
  for (const chain of growingChains(context)) {
    if (!isExplained(heap, chain.object!, findings)) findings.push(chain);
  }
  for (const thread of outOfMemoryThreads(context)) {
    const better = findings.filter((each) => !isPartOf(heap, each, thread));
    if (isExplained(heap, thread.object!, better)) continue;
    // Its variables, and what is merely big among what they keep: together they keep more.
    findings = [...better, thread];
  }
  for (const copies of duplicateStringsHeld(context)) {
    if (!areExplained(heap, copies.members ?? [], findings)) findings.push(copies);
  }
  for (const finding of generalSuspects(context, piles, explainedBy(findings))) findings.push(finding);
  const merged = mergedByField(
    heap,
    findings.map((finding) => withBiggerPile(context, finding, piles)),
  );
  work.report("Finding the paths to the roots", 0);
  const suspects = merged
    .map((finding, position) => {
      work.report("Finding the paths to the roots", position / merged.length);
      return suspectOf(context, withGrowth(finding, grown), work);
    })
    .filter((suspect) => isPossible(suspect) && isWorthTelling(heap, suspect));
  suspects.sort((a, b) => rank(b) - rank(a) || (b.retainedBytes ?? 0) - (a.retainedBytes ?? 0));
  return {
    totalBytes: context.totalBytes,
    suspects,
    holders: bigHolders(context, piles),
    remarks: softMemory(context),
    outOfMemory: outOfMemoryInWords(heap),
  };
}

/** A share of a heap that is nearly empty matters to nobody. */
const leastPossibleBytes = 1024 * 1024;

/**
 * What is no more than possible has to be much of the heap, in the hands of the program, and without evidence against it;
 * else the heap is better described by its biggest holders.
 */
function isWorthTelling(heap: Heap, suspect: Suspect): boolean {
  const { confidence, share, field, frame, parts, retainedBytes = 0 } = suspect;
  if (confidence !== "possible") return true;
  if (retainedBytes < leastPossibleBytes || share < leastSuspectShare || evidenceIn(parts) < 0) return false;
  return frame !== undefined || (field !== undefined && isOwnCode(heap, field.className));
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

/** The finding with the best evidence; of collections of one owner, that of the one that tells most. */
function bestShapeOf(context: LeakContext, profiles: readonly CollectionProfile[]): LeakFinding | undefined {
  let best: LeakFinding | undefined;
  for (const profile of profiles) {
    for (const shape of collectionShapes) {
      const found = shape(context, profile);
      const finding =
        found === undefined ? undefined : withRemovals(withKeeper(context, found, profile), profile);
      if (finding !== undefined && (best === undefined || scoreOf(finding.parts) > scoreOf(best.parts))) {
        best = finding;
      }
    }
  }
  return best;
}

/** A shape of a map tells little where a library keeps it for the program: that it does tells more. */
function withKeeper({ heap }: LeakContext, finding: LeakFinding, profile: CollectionProfile): LeakFinding {
  const { field } = finding;
  if (!canGrow(profile) || field === undefined || !isOwnCode(heap, field.className)) return finding;
  if (evidenceIn(finding.parts) >= leastEvidence) return finding;
  const kept = keptForProgram(keeperOf(heap, profile.object), profile.share, profile.things);
  return {
    ...finding,
    parts: [...finding.parts, ...kept.parts],
    evidence: [...finding.evidence, ...kept.evidence],
  };
}

const removalPoints = -60;
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

const victimPoints = -40;

/** Memory runs out in the thread that asks next: where something else has more, its variables are not what filled the heap. */
function withBiggerPile(
  { heap }: LeakContext,
  finding: LeakFinding,
  piles: readonly ObjectIndex[],
): LeakFinding {
  const { shape, object, retainedBytes } = finding;
  if (shape !== "local-variable" || object === undefined) return finding;
  const bigger = piles.find(
    (pile) =>
      heap.retainedSizeOf(pile) > retainedBytes &&
      !isDominatedBy(heap, object, pile) &&
      !isDominatedBy(heap, pile, object),
  );
  if (bigger === undefined) return finding;
  const why = `${formatBytes(heap.retainedSizeOf(bigger))} are in one ${heap.classNameOf(bigger)}, which is more`;
  return {
    ...finding,
    parts: [...finding.parts, { name: "shape", points: victimPoints, why }],
    evidence: [...finding.evidence, why],
  };
}

/** Of the memory of a thread: a variable with most of it tells more than the thread does. */
const mostOfThread = 2 / 3;

function isPartOf(heap: Heap, finding: LeakFinding, thread: LeakFinding): boolean {
  const { object, shape, parts, retainedBytes } = finding;
  if (object === undefined || !isDominatedBy(heap, object, thread.object!)) return false;
  if (shape === thread.shape) return retainedBytes < mostOfThread * thread.retainedBytes;
  return confidenceOf(parts) === "possible";
}

/** Copies that a finding keeps go with it: that there are so many of them is its doing. */
function areExplained(
  heap: Heap,
  members: readonly ObjectIndex[],
  findings: readonly LeakFinding[],
): boolean {
  const explained = explainedBy(findings.filter(({ parts }) => confidenceOf(parts) !== "possible"));
  const inside = members.filter((member) => explained.some((each) => isDominatedBy(heap, member, each)));
  return inside.length > 0.5 * members.length;
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
  const { explains: _explains, members: _members, path, parts, ...rest } = finding;
  const found = finding.object === undefined ? undefined : suspectPathOf(heap, finding.object, work);
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
