import { formatBytes, formatShare } from "../../../../base/figures";
import { isDominatedBy } from "../../../graph/paths/dominatorChain";
import { rootPart, shapePart, sharePart } from "../../../graph/suspects/scoring";
import type { Heap, HeapThread, ObjectIndex, StackFrame } from "../../../heap";
import { holdingsOf } from "../../paths/holders";
import { framesOfLocals, programFrame } from "../../paths/programFrame";
import { threadNameOf } from "../../paths/rootFacts";
import { frameText, ranOutOfMemory } from "../../program/threads";
import type { LeakContext } from "../leakContext";
import type { LeakFinding } from "../suspect";

const fix =
  "Build in parts what this call builds as a whole: write it out as it comes, read in pages, or put a limit on its size. Where the amount is right, the heap is too small for it.";

/** Below that the heap is full of something else. */
const leastShare = 0.3;

/**
 * Threads that ran out of memory while their variables together kept much of the heap, as a document or a graph of objects
 * that is being built: no single collection has it.
 */
export function outOfMemoryThreads({ heap, totalBytes }: LeakContext): LeakFinding[] {
  const findings: LeakFinding[] = [];
  for (const thread of heap.threads) {
    const { object, frames } = thread;
    if (object === undefined || !ranOutOfMemory(frames)) continue;
    const bytes = heap.retainedSizeOf(object);
    const share = bytes / Math.max(1, totalBytes);
    const frame = frameOf(heap, thread);
    if (share < leastShare || frame === undefined) continue;
    const [biggest] = heap.dominatedBy(object, 0, 1);
    findings.push({
      shape: "local-variable",
      kind: "object",
      object,
      className: heap.classNameOf(object),
      objects: 1,
      retainedBytes: bytes,
      frame,
      path: [{ object, className: heap.classNameOf(object) }],
      parts: [
        sharePart(share),
        rootPart(true, "the local variables of a running method"),
        {
          ...shapePart(40, "the thread ran out of memory while its variables kept this"),
          proves: share >= 0.5,
        },
      ],
      evidence: [
        `thread "${nameOf(heap, thread)}" ran out of memory in ${frameText(frame)}`,
        `its local variables together keep ${formatBytes(bytes)}, ${formatShare(share, 1)} of the reachable heap`,
        ...(biggest === undefined
          ? []
          : [`the biggest of what they keep is of ${heap.classNameOf(biggest)}`]),
      ],
      fix,
      threadName: nameOf(heap, thread),
      explains: [object],
    });
  }
  return findings;
}

/** What every thread that ran out of memory was doing, in words. */
export function outOfMemoryInWords(heap: Heap): string[] {
  return heap.threads
    .filter(({ frames }) => ranOutOfMemory(frames))
    .map((thread) => {
      const frame = frameOf(heap, thread);
      const place = frame === undefined ? "" : ` in ${frameText(frame)}`;
      return `thread "${nameOf(heap, thread)}" ran out of memory${place}`;
    });
}

/** The method of the program that has the variable most of the memory is behind, or that called who has it. */
function frameOf(heap: Heap, thread: HeapThread): StackFrame | undefined {
  return programFrame(heap, thread.frames, framesHoldingMost(heap, thread));
}

const mostSteps = 8;
const mostLooked = 2_000;

/** Numbers of the frames nearest to the biggest of what only the thread keeps: perhaps no variable has it directly. */
function framesHoldingMost(heap: Heap, thread: HeapThread): readonly number[] {
  const biggest = thread.object === undefined ? [] : heap.dominatedBy(thread.object, 0, 1);
  const framesByLocal = framesOfLocals(heap, thread);
  const seen = new Set(biggest);
  let level: readonly ObjectIndex[] = biggest;
  for (let step = 0; step < mostSteps && level.length > 0; step++) {
    const frames = level.flatMap((each) => framesByLocal.get(each) ?? []);
    if (frames.length > 0) return frames;
    const next: ObjectIndex[] = [];
    for (const each of level) {
      for (const { holder } of holdingsOf(heap, each)) {
        // What is inside and points back holds nothing.
        if (seen.has(holder) || seen.size >= mostLooked || isDominatedBy(heap, holder, biggest[0]!)) continue;
        seen.add(holder);
        next.push(holder);
      }
    }
    level = next;
  }
  return [];
}

function nameOf(heap: Heap, { object, serial }: HeapThread): string {
  return (object === undefined ? undefined : threadNameOf(heap, object)) ?? String(serial);
}
