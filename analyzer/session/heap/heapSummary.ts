import type { Problem } from "../../base/problems";
import type { Heap } from "../../heap/heap";
import type { EarlyFacts, HeapColumns } from "../../heap/hprof/index/heapColumns";
import type { SizeModel } from "../../heap/hprof/index/sizeModel";
import { jvmVersionOf } from "../../heap/java/program/jvmVersion";
import type { HeapSummary, HeapTotals, SizeModelFacts } from "../../protocol/heap/summary";
import { wireProblemOf } from "../wireFaults";

/** What can be said as soon as the first pass ends. */
export function earlySummary(facts: EarlyFacts, path: string, problems: readonly Problem[]): HeapSummary {
  const { format, fileBytes, idSize, createdMs } = facts;
  const totals: HeapSummary["totals"] = {
    objects: facts.objectCount,
    shallowBytes: facts.shallowBytesByClass.reduce((sum, bytes) => sum + bytes, 0),
    classes: facts.classes.filter(({ id }, type) => id !== 0n || facts.objectsByClass[type]! > 0).length,
    gcRoots: facts.rootCount,
  };
  return {
    path,
    format,
    fileBytes,
    idSize,
    createdMs,
    sizeModel: sizeModelFacts(facts.sizeModel),
    totals,
    problems: problems.map(wireProblemOf),
    fromSavedIndex: false,
  };
}

/** What is known of a dump that is ready. */
interface ReadyHeap {
  readonly heap: Heap;
  readonly columns: HeapColumns;
  readonly path: string;
  readonly problems: readonly Problem[];
  readonly fromSavedIndex: boolean;
}

/** The summary of a dump that is ready. */
export function heapSummary({ heap, columns, path, problems, fromSavedIndex }: ReadyHeap): HeapSummary {
  const early = earlySummary(columns, path, problems);
  const jvm = jvmVersionOf(heap);
  const reachable: Partial<HeapTotals> =
    columns.dominators === undefined
      ? {}
      : {
          reachableObjects: columns.dominators.reachableObjects,
          reachableBytes: columns.dominators.reachableBytes,
        };
  return {
    ...early,
    totals: { ...early.totals, ...reachable },
    fromSavedIndex,
    ...(columns.leftOut === undefined ? {} : { leftOut: columns.leftOut }),
    ...(jvm === undefined ? {} : { jvm }),
  };
}

function sizeModelFacts(model: SizeModel): SizeModelFacts {
  const { name, referenceBytes, objectHeaderBytes, arrayHeaderBytes, alignmentBytes, confidence, evidence } =
    model;
  return { name, referenceBytes, objectHeaderBytes, arrayHeaderBytes, alignmentBytes, confidence, evidence };
}
