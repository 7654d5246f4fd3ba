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
  switch (tag) {
    case heapTag.instance: {
      const head = 9 + 2 * idSize;
      if (head > headBytes) return cutRecord;
      return within(position, head + window.view.getUint32(index + 5 + 2 * idSize), limit);
    }
    case heapTag.objectArray: {
      const head = 9 + 2 * idSize;
      if (head > headBytes) return cutRecord;
      return within(position, head + window.view.getUint32(index + 5 + idSize) * idSize, limit);
    }
    case heapTag.primitiveArray: {
      const head = 10 + idSize;
      if (head > headBytes) return cutRecord;
      const bytes = basicTypeBytes(window.bytes[index + 9 + idSize]!, idSize);
      if (bytes === 0) return unknownRecord;
      return within(position, head + window.view.getUint32(index + 5 + idSize) * bytes, limit);
    }
    case heapTag.primitiveArrayNoData:
      return within(position, 10 + idSize, limit);
    case heapTag.heapInfo:
      return within(position, 5 + idSize, limit);
    case heapTag.classDump:
      return readClassDump(window, position, limit, idSize)?.bytes ?? cutRecord;
    default: {
      const bytes = rootRecordBytes(tag, idSize);
      if (bytes === undefined) return unknownRecord;
      return within(position, bytes, limit);
    }
  }
}

function within(position: number, bytes: number, limit: number): number {
  return position + bytes > limit ? cutRecord : bytes;
}
