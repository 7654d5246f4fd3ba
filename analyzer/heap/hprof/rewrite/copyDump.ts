import { type ByteSource, readUpTo } from "../../../base/byteSource";
import { ExhumeError } from "../../../base/errors";
import { ProblemList } from "../../../base/problems";
import type { Work } from "../../../base/work";
import { readHprofHeader } from "../../../formats/hprof/header";
import { readOutline } from "../../../formats/hprof/outline";
import { longestRecord, recordHeaderBytes } from "../../../formats/hprof/recordBytes";
import type { Segment } from "../../../formats/hprof/segment";
import { walkRecords } from "../../../formats/hprof/subRecords";
import { isObjectTag, recordTag } from "../../../formats/hprof/tags";
import { Window } from "../../../formats/hprof/window";

const pieceBytes = 4 << 20;
const segmentBytes = 4 << 20;
const step = "Writing the heap dump";

/**
 * A dump as it is, piece by piece.
 * @param createdMs stands in the header of a dump that does not say when it was written
 */
export function* wholeCopy(source: ByteSource, createdMs: number, work: Work): Generator<Uint8Array> {
  for (let at = 0; at < source.byteLength; at += pieceBytes) {
    work.throwIfCancelled();
    work.report(step, at / source.byteLength);
    const piece = readUpTo(source, at, pieceBytes);
    yield at === 0 ? dated(source, piece, createdMs) : piece;
  }
}

/** A header with a time, where it has none. */
function dated(source: ByteSource, head: Uint8Array, createdMs: number): Uint8Array {
  const header = readHprofHeader(source);
  if (header.createdMs !== 0) return head;
  const view = new DataView(head.buffer, head.byteOffset, head.byteLength);
  view.setUint32(header.bytes - 8, Math.floor(createdMs / 2 ** 32));
  view.setUint32(header.bytes - 4, createdMs % 2 ** 32);
  return head;
}

export interface KeptObjects {
  /** Of the file, from 1. */
  readonly dumpNumber: number;
  readonly objectCount: number;
  readonly isKept: (object: number) => boolean;
}

/**
 * A dump with some of its objects only, in segments of their own; all other records stay. Of a file with several dumps,
 * the others go.
 * @throws ExhumeError `changedOnDisk` when the file has other objects than were counted
 */
export function* copyOfKept(
  source: ByteSource,
  { dumpNumber, objectCount, isKept }: KeptObjects,
  createdMs: number,
  work: Work,
): Generator<Uint8Array> {
  const header = readHprofHeader(source);
  const window = new Window(source);
  const outline = readOutline(window, header, new ProblemList(), work);
  const wanted = new Set(outline.dumps[dumpNumber - 1]?.map(({ start }) => start));
  const copy = new SegmentCopy(source);
  let object = 0;
  let at = 0;
  for (const segment of outline.segments) {
    const head = segment.start - recordHeaderBytes;
    for (const piece of pieces(source, at, head))
      yield at === 0 ? modern(dated(source, piece, createdMs)) : piece;
    at = segment.end;
    if (!wanted.has(segment.start)) continue;
    for (const records of recordRuns(segment)) yield* records;
    work.throwIfCancelled();
    work.report(step, segment.end / source.byteLength);
  }
  yield* pieces(source, at, source.byteLength);
  // What was one record is several now, whose end is a record of its own.
  const isOld = outline.segments.some(({ start }) => tagBefore(source, start) === recordTag.heapDump);
  if (isOld) yield Uint8Array.of(recordTag.heapDumpEnd, 0, 0, 0, 0, 0, 0, 0, 0);
  if (object === objectCount) return;
  const what = `it has ${object} objects, and ${objectCount} were counted`;
  throw new ExhumeError({ code: "changedOnDisk", file: source.name, what });

  function* recordRuns({ start, end }: Segment): Generator<Iterable<Uint8Array>> {
    let from = start;
    while (from < end) {
      // Records up to a full segment, then what was gathered.
      let next = end;
      walkRecords(window, from, end, header.idSize, (tag, position, bytes) => {
        if (!isObjectTag(tag) || isKept(object)) copy.add(position, bytes);
        if (isObjectTag(tag)) object++;
        if (copy.bytes < segmentBytes) return undefined;
        next = position + bytes;
        return false;
      });
      from = next;
      if (copy.bytes >= segmentBytes) yield copy.take();
    }
    yield copy.take();
  }
}

function tagBefore(source: ByteSource, start: number): number | undefined {
  return readUpTo(source, start - recordHeaderBytes, 1)[0];
}

/** Version 1.0.1 knows no segments. */
function modern(head: Uint8Array): Uint8Array {
  const version = "JAVA PROFILE 1.0.1".length - 1;
  if (head[version] === 0x31) head[version] = 0x32;
  return head;
}

function* pieces(source: ByteSource, start: number, end: number): Generator<Uint8Array> {
  for (let at = start; at < end; at += pieceBytes) yield readUpTo(source, at, Math.min(pieceBytes, end - at));
}

/** Stretches of a file that become one segment. */
class SegmentCopy {
  bytes = 0;
  private ranges: { start: number; end: number }[] = [];

  constructor(private readonly source: ByteSource) {}

  add(position: number, bytes: number): void {
    if (this.bytes + bytes > longestRecord) {
      const what = `an array of ${bytes} bytes is too long for a segment of its own`;
      throw new ExhumeError({ code: "unsupported", file: this.source.name, what });
    }
    this.bytes += bytes;
    const last = this.ranges.at(-1);
    if (last !== undefined && last.end === position) last.end += bytes;
    else this.ranges.push({ start: position, end: position + bytes });
  }

  *take(): Generator<Uint8Array> {
    const { ranges, bytes } = this;
    this.ranges = [];
    this.bytes = 0;
    if (bytes === 0) return;
    const head = new Uint8Array(recordHeaderBytes);
    head[0] = recordTag.heapDumpSegment;
    new DataView(head.buffer).setUint32(recordHeaderBytes - 4, bytes);
    yield head;
    for (const { start, end } of ranges) yield* pieces(this.source, start, end);
  }
}
