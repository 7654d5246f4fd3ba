import type { Work } from "../../base/work";
import { heapRecordBytes } from "./heapRecords";
import { isRecordTag, recordTag } from "./tags";
import type { Window } from "./window";

/** Records that must follow each other before a place is believed to begin one. */
const chainLength = 4;
/** How far a next record is looked for: HotSpot begins a segment every megabyte or so. */
const searchedBytes = 256 << 20;
const searchChunk = 1 << 20;
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

/** Where the sub-records that begin at `body` stop: at the next record, at damage, or at the end of the file. */
export function endOfSubRecords(window: Window, body: number, idSize: number, work: Work): number {
  const fileEnd = window.source.byteLength;
  let at = body;
  for (let records = 1; at < fileEnd; records++) {
    if ((records & 0xffff) === 0) work.throwIfCancelled();
    // Tags of some records are tags of GC roots too, whose ids are no lengths of records that follow each other.
    if (recordTagAt(window, at) && recordsFollowAt(window, at, idSize)) return at;
    const bytes = heapRecordBytes(window, at, fileEnd, idSize);
    if (bytes < 0) return at;
    at += bytes;
  }
  return at;
}

/** {@link recordsGoOnAt} for a place that nothing else speaks for: the records reach the end of the file or a heap dump, or are four. */
function recordsFollowAt(window: Window, position: number, idSize: number): boolean {
  return position < window.source.byteLength && recordsGoOnAt(window, position, idSize);
}

/** The first place from `from` on where records go on; undefined when there is none near. */
export function findRecords(window: Window, from: number, idSize: number, work: Work): number | undefined {
  const fileEnd = window.source.byteLength;
  const searchEnd = Math.min(fileEnd, from + searchedBytes);
  const chunk = new Uint8Array(searchChunk);
  for (let base = from; base < searchEnd; base += searchChunk) {
    work.throwIfCancelled();
    const got = window.source.read(base, chunk.subarray(0, Math.min(searchChunk, searchEnd - base)));
    for (let k = 0; k < got; k++) {
      if (isRecordTag(chunk[k]!) && recordsFollowAt(window, base + k, idSize)) return base + k;
    }
    if (got === 0) return undefined;
  }
  return undefined;
}
