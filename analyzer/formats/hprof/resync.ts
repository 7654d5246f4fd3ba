import type { Work } from "../../base/work";
import { heapRecordBytes } from "./heapRecords";
import { isRecordTag, recordTag } from "./tags";
import type { Window } from "./window";

/** Records that must follow each other before a place is believed to begin one. */
const chainLength = 4;
/** How far a next record is looked for: HotSpot begins a segment every megabyte or so. */
const searchedBytes = 256 << 20;
const searchChunk = 1 << 20;
/** Places that are looked at more closely: more than 256 MiB of random bytes have that look like a record. */
const mostTries = 1 << 22;
const headerBytes = 9;
/** A header and the tag of the first sub-record of a heap dump. */
const looked = headerBytes + 1;

export function isHeapDumpTag(tag: number): boolean {
  return tag === recordTag.heapDump || tag === recordTag.heapDumpSegment;
}

/** Whether the file ends at `position`, or up to four believable records follow. */
export function recordsGoOnAt(window: Window, position: number, idSize: number): boolean {
  const fileEnd = window.source.byteLength;
  let at = position;
  for (let k = 0; k < chainLength && at < fileEnd; k++) {
    const next = believableEndAt(window, at, idSize);
    if (next === undefined) return false;
    // Of a heap dump that was cut, or is longer than its length can say, the beginning has to do.
    if (next === "within a heap dump") return true;
    at = next;
  }
  return true;
}

/** Where the record at `position` ends, if there is one that fits into the file. */
function believableEndAt(
  window: Window,
  position: number,
  idSize: number,
): number | "within a heap dump" | undefined {
  const fileEnd = window.source.byteLength;
  const index = window.at(position, headerBytes, 4096);
  if (index < 0) return undefined;
  const tag = window.bytes[index]!;
  if (!isRecordTag(tag)) return undefined;
  const length = window.view.getUint32(index + 5);
  const body = position + headerBytes;
  if (tag === recordTag.heapDumpEnd && length !== 0) return undefined;
  if (!isHeapDumpTag(tag)) return body + length <= fileEnd ? body + length : undefined;
  if (!subRecordsGoOnAt(window, body, idSize)) return undefined;
  return "within a heap dump";
}

/** Whether up to four sub-records, or the end of the file, follow. */
function subRecordsGoOnAt(window: Window, position: number, idSize: number): boolean {
  const fileEnd = window.source.byteLength;
  let at = position;
  for (let k = 0; k < chainLength && at < fileEnd; k++) {
    const bytes = heapRecordBytes(window, at, fileEnd, idSize);
    if (bytes < 0) return k > 0 && recordTagAt(window, at);
    at += bytes;
  }
  return true;
}

function recordTagAt(window: Window, position: number): boolean {
  const index = window.at(position, 1, 4096);
  return index >= 0 && isRecordTag(window.bytes[index]!);
}

/** Whether the header at `position` is one, as far as it shows by itself. One that the end of the file cuts is. */
export function headerIsBelievable(window: Window, position: number, idSize: number): boolean {
  const fileEnd = window.source.byteLength;
  const index = window.at(position, Math.min(looked, fileEnd - position), 4096);
  if (index < 0 || position + headerBytes > fileEnd) return true;
  const tag = window.bytes[index]!;
  const end = position + headerBytes + window.view.getUint32(index + 5);
  if (isHeapDumpTag(tag)) {
    // An empty one is all right where the next record follows.
    return (
      position + looked > fileEnd ||
      subRecordsGoOnAt(window, position + headerBytes, idSize) ||
      (end < fileEnd && recordTagAt(window, end))
    );
  }
  if (isRecordTag(tag)) return end <= fileEnd;
  return end <= fileEnd && recordsGoOnAt(window, end, idSize);
}

/** Finds where reading can go on; one for a file, so that what it did before bounds what it does next. */
export interface RecordFinder {
  /**
   * Where the sub-records that begin at `body` stop: at the next record, at damage, or at the end of the file.
   * @returns undefined when so many were walked already that no honest file has them
   */
  endOfSubRecords(body: number): number | undefined;
  /** The first place from `from` on where records go on; undefined when there is none near. */
  findRecords(from: number): number | undefined;
}

export function newRecordFinder(window: Window, idSize: number, work: Work): RecordFinder {
  const fileEnd = window.source.byteLength;
  let stepsLeft = fileEnd / 4 + 1024;
  let triesLeft = mostTries;
  // Where nothing was found before, nothing will be: a file of damaged records would be searched once for each.
  let barrenStart = fileEnd;
  let barrenEnd = fileEnd;
  let chunk: Uint8Array | undefined;

  /** {@link recordsGoOnAt} for a place that nothing else speaks for. */
  function recordsFollowAt(position: number): boolean {
    return position < fileEnd && recordsGoOnAt(window, position, idSize);
  }

  function search(from: number, to: number): number | undefined {
    chunk ??= new Uint8Array(Math.min(searchChunk, fileEnd));
    for (let base = from; base < to; base += chunk.length) {
      work.throwIfCancelled();
      const got = window.source.read(base, chunk.subarray(0, Math.min(chunk.length, to - base)));
      for (let k = 0; k < got; k++) {
        if (!isRecordTag(chunk[k]!)) continue;
        if (triesLeft-- <= 0) return undefined;
        if ((triesLeft & 0xfff) === 0) work.throwIfCancelled();
        if (recordsFollowAt(base + k)) return base + k;
      }
      if (got === 0) return undefined;
    }
    return undefined;
  }

  return {
    endOfSubRecords(body) {
      let at = body;
      while (at < fileEnd) {
        if (stepsLeft-- <= 0) return undefined;
        if ((stepsLeft & 0xffff) === 0) work.throwIfCancelled();
        // Tags of some records are tags of GC roots too, whose ids are not lengths of records that follow each other.
        if (recordTagAt(window, at) && recordsFollowAt(at)) return at;
        const bytes = heapRecordBytes(window, at, fileEnd, idSize);
        if (bytes < 0) return at;
        at += bytes;
      }
      return at;
    },
    findRecords(from) {
      const start = from >= barrenStart ? Math.max(from, barrenEnd) : from;
      const end = Math.min(fileEnd, from + searchedBytes);
      const found = search(start, end);
      if (found !== undefined) return found;
      if (start > from) barrenEnd = Math.max(barrenEnd, end);
      else {
        barrenStart = from;
        barrenEnd = end;
      }
      return undefined;
    },
  };
}
