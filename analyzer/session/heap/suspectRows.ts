import { formatHex } from "../../base/units";
import type { Heap } from "../../heap/heap";
import type { BigHolder } from "../../heap/java/leaks/memoryPiles";
import type { Suspect } from "../../heap/java/leaks/suspect";
import type { BigHolderRow, SuspectRow } from "../../protocol/heap/suspects";
import { frameRow } from "./threadRows";

/** A suspect as it crosses to a client: ids instead of indices. */
export function suspectRow(heap: Heap, suspect: Suspect): SuspectRow {
  const { object, accumulation, path, parts, threadName, confidence, score, evidence, roots, ...rest } =
    suspect;
  const { kind, className, objects, retainedBytes, share, shape, field, frame, ...more } = rest;
  return {
    kind,
    ...(object === undefined ? {} : { objectId: formatHex(heap.idOf(object)) }),
    className,
    objects,
    ...(retainedBytes === undefined ? {} : { retainedBytes }),
    share,
    ...(shape === undefined ? {} : { shape }),
    ...(field === undefined ? {} : { field }),
    ...(accumulation === undefined ? {} : { accumulation: accumulationRow(heap, accumulation) }),
    path: path.map((step) => ({
      className: step.className,
      ...(heap.typeMeantBy(step.object) === undefined ? {} : { isClass: true as const }),
      ...(step.field === undefined ? {} : { field: step.field }),
      objectId: formatHex(heap.idOf(step.object)),
    })),
    roots,
    confidence,
    score,
    scoreParts: parts,
    evidence,
    ...(frame === undefined ? {} : { frame: frameRow(frame) }),
    ...(threadName === undefined ? {} : { thread: threadName }),
    ...more,
  };
}

/** What much of the heap is in, as it crosses to a client. */
export function holderRow(heap: Heap, { object, field, ...rest }: BigHolder): BigHolderRow {
  return {
    objectId: formatHex(heap.idOf(object)),
    ...rest,
    ...(field === undefined
      ? {}
      : { field: { className: field.className, name: field.field, static: field.static } }),
  };
}

function accumulationRow(
  heap: Heap,
  { object, ...rest }: NonNullable<Suspect["accumulation"]>,
): NonNullable<SuspectRow["accumulation"]> {
  return { objectId: formatHex(heap.idOf(object)), ...rest };
}
