import type { ProblemList } from "../../base/problems";
import type { Work } from "../../base/work";
import type { HprofHeader } from "./header";
import { headerIsBelievable, newRecordFinder, type RecordFinder, recordsGoOnAt } from "./resync";
import type { Segment } from "./segment";
import { segmentsByDump } from "./severalDumps";
import { isRecordTag, recordTag } from "./tags";
import { type IdKey, readIdKey, type Window } from "./window";

export type { Segment } from "./segment";

export interface FrameRecord {
  readonly methodId: IdKey;
  readonly signatureId: IdKey;
  readonly fileId: IdKey;
  readonly classSerial: number;
  readonly line: number;
}

const longestText = 1 << 16;

/** Everything outside the heap dump records; texts stay in the file. */
export interface DumpOutline {
  readonly segments: readonly Segment[];
  /** Segments by heap dump, oldest first: an agent appends one whenever it is asked to. */
  readonly dumps: readonly (readonly Segment[])[];
  /** Class object id → id of its name. */
  readonly classNameIds: ReadonlyMap<IdKey, IdKey>;
  readonly classNameIdBySerial: ReadonlyMap<number, IdKey>;
  readonly frames: ReadonlyMap<IdKey, FrameRecord>;
  /** Frames by stack trace serial. */
  readonly traces: ReadonlyMap<number, readonly IdKey[]>;
  /** Text of a UTF-8 record, undefined when the file has none of that id. */
  textOf(id: IdKey): string | undefined;
  /** Every UTF-8 record's text, in the order of the file. */
  texts(): Iterable<string>;
}

/**
 * Walks the top-level records, hopping over heap dumps by their length.
 *
 * A HEAP_DUMP's u4 length is only the low half beyond 4 GiB, and 0 when the writer could not seek; the true end is
 * then the first of `length + k·2^32` after which records go on plausibly or the file ends.
 */
export function readOutline(
  window: Window,
  header: HprofHeader,
  problems: ProblemList,
  work: Work,
): DumpOutline {
  const { idSize } = header;
  const fileEnd = window.source.byteLength;
  const segments: { start: number; end: number }[] = [];
  const textIndex = new Map<IdKey, number>();
  const textPositions: number[] = [];
  const textLengths: number[] = [];
  const classNameIds = new Map<IdKey, IdKey>();
  const classNameIdBySerial = new Map<number, IdKey>();
  const frames = new Map<IdKey, FrameRecord>();
  const traces = new Map<number, IdKey[]>();

  const finder = newRecordFinder(window, idSize, work);
  let position = header.bytes;
  let records = 0;
  let hasSegments = false;
  let hasEnd = false;
  /** Segments with which a heap dump may begin. */
  const beginnings = new Set<number>();
  let dumpEnded = true;
  const beginSegment = (tag: number): void => {
    if (tag === recordTag.heapDump || dumpEnded) beginnings.add(segments.length);
    dumpEnded = tag === recordTag.heapDump;
  };
  /** The record before the one at `position`. */
  let previous: number | undefined;
  while (position < fileEnd) {
    if ((++records & 0xfff) === 0) work.throwIfCancelled();
    if (previous !== undefined && !headerIsBelievable(window, position, idSize)) {
      const next = goOn(window, previous, segments.at(-1), finder, problems);
      if (next !== undefined) {
        position = next;
        previous = undefined;
        continue;
      }
    }
    previous = position;
    // After a heap dump only the next header is wanted, not a megabyte of objects.
    const index = window.at(position, 9, segments.length > 0 ? 4096 : undefined);
    if (index < 0) {
      reportTruncated(problems, position, fileEnd, "a record header");
      break;
    }
    const tag = window.bytes[index]!;
    const length = window.view.getUint32(index + 5);
    const body = position + 9;
    if (tag === recordTag.heapDump || tag === recordTag.heapDumpSegment) {
      const end = heapDumpEnd(window, tag, body, length, idSize);
      beginSegment(tag);
      if (tag === recordTag.heapDumpSegment && (length === 0 ? end > body : end > fileEnd)) {
        segments.push({ start: body, end: fileEnd });
        const next = goOn(window, position, segments.at(-1), finder, problems);
        if (next !== undefined) {
          hasSegments = true;
          previous = undefined;
          position = next;
          continue;
        }
        segments.pop();
      }
      if (end > fileEnd)
        reportTruncated(problems, fileEnd, fileEnd, `a heap dump record that should end at ${end}`);
      if (tag === recordTag.heapDumpSegment) hasSegments = true;
      segments.push({ start: body, end: Math.min(end, fileEnd) });
      position = end;
      continue;
    }
    if (body + length > fileEnd) {
      if (isRecordTag(tag)) reportTruncated(problems, position, fileEnd, `a record of ${length} bytes`);
      else {
        problems.add({
          code: "damaged-record",
          message: `Unknown record 0x${tag.toString(16)} claims ${length} bytes, past the end of the file; reading stopped.`,
          offset: position,
          losesData: true,
        });
      }
      break;
    }
    if (contradictsItself(window, tag, body, length, idSize)) {
      const next = goOn(window, position, undefined, finder, problems, body + length);
      if (next !== undefined) {
        position = next;
        previous = undefined;
        continue;
      }
    }
    switch (tag) {
      case recordTag.heapDumpEnd:
        hasEnd = true;
        dumpEnded = true;
        break;
      case recordTag.utf8: {
        if (length < idSize) break;
        const at = window.at(body, idSize);
        textIndex.set(readIdKey(window.view, at, idSize), textPositions.length);
        textPositions.push(body + idSize);
        textLengths.push(length - idSize);
        break;
      }
      case recordTag.loadClass: {
        if (length < 8 + 2 * idSize) break;
        const at = window.at(body, 8 + 2 * idSize);
        const nameId = readIdKey(window.view, at + 8 + idSize, idSize);
        classNameIds.set(readIdKey(window.view, at + 4, idSize), nameId);
        classNameIdBySerial.set(window.view.getUint32(at), nameId);
        break;
      }
      case recordTag.stackFrame: {
        if (length < 4 * idSize + 8) break;
        const at = window.at(body, 4 * idSize + 8);
        frames.set(readIdKey(window.view, at, idSize), {
          methodId: readIdKey(window.view, at + idSize, idSize),
          signatureId: readIdKey(window.view, at + 2 * idSize, idSize),
          fileId: readIdKey(window.view, at + 3 * idSize, idSize),
          classSerial: window.view.getUint32(at + 4 * idSize),
          line: window.view.getInt32(at + 4 * idSize + 4),
        });
        break;
      }
      case recordTag.stackTrace: {
        if (length < 12) break;
        const at = window.at(body, length);
        const count = Math.min(window.view.getUint32(at + 8), Math.floor((length - 12) / idSize));
        const ids: IdKey[] = [];
        for (let k = 0; k < count; k++) ids.push(readIdKey(window.view, at + 12 + k * idSize, idSize));
        traces.set(window.view.getUint32(at), ids);
        break;
      }
      default:
        if (isRecordTag(tag)) break;
        problems.add({
          code: "unknown-record",
          message: `Unknown record 0x${tag.toString(16)} of ${length} bytes was skipped.`,
          offset: position,
          losesData: false,
        });
    }
    position = body + length;
  }

  if (hasSegments && !hasEnd && position >= fileEnd) {
    problems.add({
      code: "truncated",
      message: `The file ends at ${fileEnd} without the record that ends a heap dump: it was cut between records.`,
      offset: fileEnd,
      losesData: true,
    });
  }

  // A name of a megabyte is not a name; cut rather than trust the length.
  const textAt = (index: number) =>
    new TextDecoder("utf-8").decode(
      window.copy(textPositions[index]!, Math.min(textLengths[index]!, longestText)),
    );

  return {
    segments,
    dumps: segmentsByDump(window, segments, beginnings, idSize, work),
    classNameIds,
    classNameIdBySerial,
    frames,
    traces,
    textOf(id) {
      const index = textIndex.get(id);
      return index === undefined ? undefined : textAt(index);
    },
    *texts() {
      for (let index = 0; index < textPositions.length; index++) yield textAt(index);
    },
  };
}

function reportTruncated(problems: ProblemList, offset: number, fileEnd: number, what: string): void {
  problems.add({
    code: "truncated",
    message: `The file ends at ${fileEnd}, within ${what}.`,
    offset,
    losesData: true,
  });
}

/** Whether a record's length cannot be right by what is in it, although a record follows it. */
function contradictsItself(
  window: Window,
  tag: number,
  body: number,
  length: number,
  idSize: number,
): boolean {
  switch (tag) {
    case recordTag.utf8: {
      // Modified UTF-8 has no zero bytes.
      const looked = Math.min(length - idSize, longestText);
      const at = looked <= 0 ? -1 : window.at(body + idSize, looked);
      return at >= 0 && window.bytes.subarray(at, at + looked).includes(0);
    }
    case recordTag.loadClass:
      return length !== 8 + 2 * idSize;
    case recordTag.stackFrame:
      return length !== 8 + 4 * idSize;
    case recordTag.stackTrace: {
      const at = length < 12 ? -1 : window.at(body, 12);
      return at < 0 || length !== 12 + window.view.getUint32(at + 8) * idSize;
    }
    default:
      return false;
  }
}

/**
 * Finds where reading can go on behind a record whose length must be wrong, since no record follows it. The sub-records
 * of a heap dump lead to its true end; else the next place is looked for where records follow each other.
 * @param before only a place before it will do
 * @returns undefined when there is none
 */
function goOn(
  window: Window,
  record: number,
  segment: { start: number; end: number } | undefined,
  finder: RecordFinder,
  problems: ProblemList,
  before = Number.POSITIVE_INFINITY,
): number | undefined {
  const fileEnd = window.source.byteLength;
  const body = record + 9;
  const isHeapDump = segment?.start === body;
  const end = isHeapDump ? finder.endOfSubRecords(body) : record + 1;
  if (end === undefined || end >= fileEnd) return undefined;
  const next = finder.findRecords(end);
  if (next === undefined || next >= before) return undefined;
  if (isHeapDump) segment.end = end;
  const skipped = next - (isHeapDump ? end : record);
  problems.add({
    code: "wrong-length",
    message:
      skipped === 0
        ? `The length of the heap dump record at ${record} is wrong; it ends at ${end}, where the next record begins.`
        : `The length of the record at ${record} is wrong, or it is damaged: ${skipped} bytes before ${next} were left out, and what is counted is a lower bound.`,
    offset: record,
    losesData: skipped > 0,
  });
  return next;
}

function heapDumpEnd(window: Window, tag: number, body: number, length: number, idSize: number): number {
  const fileEnd = window.source.byteLength;
  const stated = body + length;
  const canWrap = tag === recordTag.heapDump && fileEnd - stated >= 2 ** 32;
  if (!canWrap && length !== 0) return stated;
  if (stated > fileEnd || recordsGoOnAt(window, stated, idSize)) return stated;
  if (canWrap) {
    for (let end = stated + 2 ** 32; end <= fileEnd; end += 2 ** 32) {
      if (recordsGoOnAt(window, end, idSize)) return end;
    }
  }
  return fileEnd;
}
