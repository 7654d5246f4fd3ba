import { formatBytes, formatQuantity, formatShare } from "../../../../base/figures";
import { dominatorOf, retainedTogether } from "../../../graph/paths/dominatorChain";
import { type Holding, holdingOf } from "../../../graph/paths/holding";
import {
  elementsPart,
  rootPart,
  type ScorePart,
  shapePart,
  sharePart,
} from "../../../graph/suspects/scoring";
import type { Heap, HeapThread, ObjectIndex, StackFrame } from "../../../heap";
import { collectionSizeOf, shapeOf } from "../../collections/collection";
import { isApplicationClass } from "../../paths/applicationClasses";
import { edgeBetween } from "../../paths/edges";
import { framesOfLocals, programFrame } from "../../paths/programFrame";
import { threadNameOf } from "../../paths/rootFacts";
import { frameText, ranOutOfMemory } from "../../program/threads";
import { elementClassesOf } from "../collectionProfile";
import { isTextBuilder } from "../growable";
import type { LeakContext } from "../leakContext";
import type { LeakFinding } from "../suspect";
import { fieldNameOf } from "./collectionFinding";

const fix =
  "Read in pages or pass each row on as it comes, and put a limit on how much one call may gather; the memory is free when the method returns.";

const leastShare = 0.1;
const leastBytes = 64 * 1024;
/** Without an error a method that gathers much is not a fault by itself: it has to be most of the heap. */
const leastShareWhileRunning = 0.3;
/** What is big by its number of elements rather than by what it is. */
const leastElements = 200;
/** Steps from a local variable down to where its memory is. */
const maximumDescent = 8;
const followedShare = 0.8;

/** A thread's local variable and what it keeps that nothing else does. */
interface HeldByFrame {
  readonly thread: HeapThread;
  readonly threadObject: ObjectIndex;
  readonly frame: StackFrame;
  /** The collection, array or builder in which the memory is. */
  readonly gathered: ObjectIndex;
  /** That, and an array that is being copied for it. */
  readonly together: readonly ObjectIndex[];
  /** The field by which the local variable's object holds it, when it is not the variable itself. */
  readonly field: Holding | undefined;
  readonly bytes: number;
  readonly elements: number;
}

/** Memory that only the local variables of a running method keep: rows being gathered, a text being built. */
export function localVariables(context: LeakContext): LeakFinding[] {
  const { heap, totalBytes, work } = context;
  const findings: LeakFinding[] = [];
  for (const thread of heap.threads) {
    work.throwIfCancelled();
    if (thread.object === undefined) continue;
    const outOfMemory = ranOutOfMemory(thread.frames);
    const least = Math.max(leastBytes, (outOfMemory ? leastShare : leastShareWhileRunning) * totalBytes);
    if (heap.retainedSizeOf(thread.object) < least) continue;
    const held = heldByFrames(heap, thread, thread.object, outOfMemory);
    if (held !== undefined && held.bytes >= least) findings.push(findingOf(context, held, outOfMemory));
  }
  return findings;
}

function heldByFrames(
  heap: Heap,
  thread: HeapThread,
  threadObject: ObjectIndex,
  outOfMemory: boolean,
): HeldByFrame | undefined {
  const framesByLocal = framesOfLocals(heap, thread);
  const locals = [...framesByLocal.keys()].filter((each) => dominatorOf(heap, each) === threadObject);
  const biggest = locals.reduce<ObjectIndex | undefined>(
    (best, each) =>
      best === undefined || heap.retainedSizeOf(each) > heap.retainedSizeOf(best) ? each : best,
    undefined,
  );
  if (biggest === undefined) return undefined;
  // While an array is copied it is a local of its own: the collection it belongs to is another.
  const owner = locals.find(
    (each) =>
      each !== biggest && isContainer(heap, each) && edgeBetween(heap, each, biggest)?.strong === true,
  );
  const variable = owner ?? biggest;
  const together = owner === undefined ? [biggest] : [owner, biggest];
  const { object: gathered, field } = descend(heap, variable, outOfMemory);
  const elements = elementsOf(heap, gathered);
  if (elements < leastElements) return undefined;
  const frame = programFrame(
    heap,
    thread.frames,
    together.flatMap((each) => framesByLocal.get(each) ?? []),
  );
  if (frame === undefined) return undefined;
  const bytes = retainedTogether(heap, gathered === variable ? together : [gathered]);
  return { thread, threadObject, frame, gathered, together: [gathered, ...together], field, bytes, elements };
}

/**
 * From a local variable to the collection or array below it that has nearly all its memory. Objects of the application
 * are gone through only for a thread that ran out of memory: what a server's main method holds is the server.
 */
function descend(
  heap: Heap,
  variable: ObjectIndex,
  throughObjects: boolean,
): { readonly object: ObjectIndex; readonly field: Holding | undefined } {
  let object = variable;
  let field: Holding | undefined;
  for (let step = 0; step < maximumDescent && !isContainer(heap, object); step++) {
    if (!throughObjects) break;
    const [child] = heap.dominatedBy(object, 0, 1);
    if (child === undefined || heap.retainedSizeOf(child) < followedShare * heap.retainedSizeOf(object))
      break;
    const edge = edgeBetween(heap, object, child);
    if (edge === undefined || !edge.strong) break;
    const holding = holdingOf(heap, object, edge);
    if (holding !== undefined && isApplicationClass(holding.className)) field = holding;
    object = child;
  }
  return { object, field };
}

function isContainer(heap: Heap, object: ObjectIndex): boolean {
  return (
    shapeOf(heap, object) !== undefined ||
    heap.elementTypeOf(object) !== undefined ||
    isTextBuilder(heap.classNameOf(object))
  );
}

function elementsOf(heap: Heap, object: ObjectIndex): number {
  const size = collectionSizeOf(heap, object)?.size;
  if (size !== undefined) return size;
  if (heap.elementTypeOf(object) !== undefined) return heap.lengthOf(object);
  if (!isTextBuilder(heap.classNameOf(object))) return 0;
  const count = heap.fieldOf(object, "count");
  return count?.type === "int" ? count.value : leastElements;
}

/** What a batch gathers is what it is for, unless the heap was too small for it: then whoever fills it is to blame. */
function gatheredPart(heap: Heap, share: number): ScorePart {
  const isFull = heap.threads.some(({ frames }) => ranOutOfMemory(frames));
  return isFull && share >= 0.5
    ? shapePart(20, "gathered in a running method while another thread ran out of memory")
    : shapePart(10, "gathered in a running method");
}

function findingOf({ heap, totalBytes }: LeakContext, held: HeldByFrame, outOfMemory: boolean): LeakFinding {
  const { threadObject, frame, gathered, together, field, bytes, elements } = held;
  const className = heap.classNameOf(gathered);
  const name = threadNameOf(heap, threadObject) ?? String(held.thread.serial);
  const share = bytes / Math.max(1, totalBytes);
  const kinds = elementClassesOf(heap, gathered);
  const noun = isTextBuilder(className) ? "character" : "element";
  const what = `a local ${className.replace(/^.*\./, "")} of ${formatQuantity(elements, noun)}, ${formatBytes(bytes)}`;
  return {
    shape: "local-variable",
    kind: "object",
    object: gathered,
    className,
    objects: 1,
    retainedBytes: bytes,
    ...(field === undefined ? {} : { field: fieldNameOf(field) }),
    frame,
    accumulation: { object: gathered, className, retainedBytes: bytes, elements },
    path: [{ object: threadObject, className: heap.classNameOf(threadObject) }],
    parts: [
      sharePart(share),
      elementsPart(elements),
      rootPart(true, "a local variable of a running method"),
      outOfMemory
        ? { ...shapePart(40, "the thread ran out of memory while it gathered this"), proves: share >= 0.5 }
        : gatheredPart(heap, share),
    ],
    evidence: [
      outOfMemory
        ? `thread "${name}" ran out of memory in ${frameText(frame)}`
        : `thread "${name}" is in ${frameText(frame)}`,
      `${what}${kinds[0] === undefined ? "" : `, mostly ${kinds[0].className}`}`,
      `${formatShare(share, 1)} of the reachable heap is kept by this variable alone`,
      ...(field === undefined ? [] : [`held by ${field.className}.${field.field}`]),
    ],
    fix,
    ...(kinds.length === 0 ? {} : { elementClasses: kinds }),
    threadName: name,
    explains: together,
  };
}
