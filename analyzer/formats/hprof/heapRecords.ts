import { readClassDump } from "./classDump";
import { rootRecordBytes } from "./rootRecords";
import { basicTypeBytes, heapTag } from "./tags";
import type { Window } from "./window";

/** Returned for a tag that does not exist: it has no length, so the rest of the segment cannot be read. */
export const unknownRecord = -1;
/** Returned for a record that does not end before the segment does. */
export const cutRecord = -2;

/**
 * Size of the sub-record whose tag is at `position`, or {@link unknownRecord}, or {@link cutRecord}.
 * For walking a few records and for rare ones; the passes read the common ones by themselves.
 */
export function heapRecordBytes(window: Window, position: number, limit: number, idSize: number): number {
  const headBytes = Math.min(1 + 2 * idSize + 8, limit - position);
  const index = window.at(position, headBytes);
  if (index < 0) return cutRecord;
  const tag = window.bytes[index]!;
  const fits = (head: number, bytes: () => number): number => {
    if (head > headBytes) return cutRecord;
    const total = head + bytes();
    return position + total > limit ? cutRecord : total;
  };
  switch (tag) {
    case heapTag.instance:
      return fits(9 + 2 * idSize, () => window.view.getUint32(index + 5 + 2 * idSize));
    case heapTag.objectArray:
      return fits(9 + 2 * idSize, () => window.view.getUint32(index + 5 + idSize) * idSize);
    case heapTag.primitiveArray: {
      if (headBytes < 10 + idSize) return cutRecord;
      const bytes = basicTypeBytes(window.bytes[index + 9 + idSize]!, idSize);
      if (bytes === 0) return unknownRecord;
      return fits(10 + idSize, () => window.view.getUint32(index + 5 + idSize) * bytes);
    }
    case heapTag.primitiveArrayNoData:
      return fits(10 + idSize, () => 0);
    case heapTag.heapInfo:
      return fits(5 + idSize, () => 0);
    case heapTag.classDump:
      return readClassDump(window, position, limit, idSize)?.bytes ?? cutRecord;
    default: {
      const bytes = rootRecordBytes(tag, idSize);
      if (bytes === undefined) return unknownRecord;
      return position + bytes > limit ? cutRecord : bytes;
    }
  }
}
