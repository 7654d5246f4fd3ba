import type { Work } from "../../../base/work";
import { walkRecords } from "../../../formats/hprof/subRecords";
import { isObjectTag } from "../../../formats/hprof/tags";
import type { Window } from "../../../formats/hprof/window";
import type { HeapColumns } from "../index/heapColumns";

/** Bytes a record is looked at in at once; longer ones (arrays) are taken in pieces. */
export const pieceBytes = 1 << 20;

/**
 * Visits the records of all instances and arrays in the order of the file, which is that of their indices: what takes
 * microseconds an object at random places takes a fraction of one here. Ends when `visit` returns false.
 */
export function walkObjects(
  { parts, idSize }: Pick<HeapColumns, "parts" | "idSize">,
  window: Window,
  step: string,
  work: Work,
  visit: (object: number, tag: number, position: number, bytes: number) => boolean | undefined,
): void {
  let goesOn = true;
  for (const part of parts) {
    work.throwIfCancelled();
    work.report(step, part.start / Math.max(1, window.source.byteLength));
    let object = part.firstObject;
    const end = part.firstObject + part.objects;
    walkRecords(window, part.start, part.end, idSize, (tag, position, bytes) => {
      if (isObjectTag(tag)) goesOn = visit(object++, tag, position, bytes) !== false;
      return goesOn && object < end;
    });
    if (!goesOn) return;
  }
}
