import type { ByteSource } from "../../../base/byteSource";
import { ProblemList } from "../../../base/problems";
import { Pseudonyms } from "../../../base/secrets/pseudonyms";
import { includesLevel, type KeptByName, type RedactionLevel } from "../../../base/secrets/redactionLevel";
import type { Work } from "../../../base/work";
import { type ClassDump, readClassDump } from "../../../formats/hprof/classDump";
import { readHprofHeader } from "../../../formats/hprof/header";
import { heapRecordBytes } from "../../../formats/hprof/heapRecords";
import { type DumpOutline, readOutline, type Segment } from "../../../formats/hprof/outline";
import { isHeapDumpTag, newRecordFinder } from "../../../formats/hprof/resync";
import { newSubRecordFinder, type SubRecordFinder, walkRecords } from "../../../formats/hprof/subRecords";
import {
  basicTypeName,
  heapTag,
  isObjectTag,
  isRecordTag,
  primitiveBytes,
  recordTag,
} from "../../../formats/hprof/tags";
import { type IdKey, readIdKey, Window } from "../../../formats/hprof/window";
import { type ClassLayout, classLayouts, isReference, keyOfId } from "./classLayouts";
import { keepsField, keptArrays, textArrays } from "./keptContents";
import { MaskedCopy } from "./maskedCopy";
import { keepsClassName, type NameRecords, nameRecords } from "./nameRecords";
import { isStructuralField, isStructuralStatic } from "./structuralFields";
import { structureBytes } from "./structureBytes";

export interface RedactionRequest {
  readonly level: RedactionLevel;
  readonly kept: KeptByName;
}

export interface RedactionFigures {
  /** Bytes that were overwritten, also where they were the same before. */
  readonly maskedBytes: number;
  readonly texts: number;
  readonly arrays: number;
  /** Instances with fields that were overwritten. */
  readonly instances: number;
  readonly statics: number;
  /** Bytes that belong to no record that can be read; zeros in the copy. */
  readonly unreadBytes: number;
}

export interface Redaction {
  readonly figures: RedactionFigures;
  /** Names that were replaced, by what stands for them; empty below the level of names. */
  readonly names: ReadonlyMap<string, string>;
}

const star = 0x2a;
const recordHead = 9;

/**
 * Writes a copy of a dump without its contents. Every byte stands where it stood: records, ids, references, lengths,
 * roots, threads and their stacks are the same. What cannot be told to be structure is overwritten.
 * @param sink takes the copy in order; the bytes are used again after it returns
 * @throws ExhumeError as the readers of the format do; `changedOnDisk`, `cancelled`
 */
export function redactDump(
  source: ByteSource,
  request: RedactionRequest,
  sink: (bytes: Uint8Array) => void,
  work: Work,
): Redaction {
  const plan = makePlan(source, request, work);
  const writer = newWriter(plan, source, request, sink);
  const { window, segments, idSize } = plan;
  const fileEnd = source.byteLength;
  let position = plan.headerBytes;
  let next = 0;
  const finder = newRecordFinder(window, idSize, work);
  for (let records = 0; position < fileEnd; records++) {
    if ((records & 0xfff) === 0) work.throwIfCancelled();
    while (next < segments.length && segments[next]!.end <= position) next++;
    const segment = segments[next];
    if (segment !== undefined && position === segment.start - recordHead) {
      redactSegment(plan, segment, writer, work);
      position = segment.end;
      next++;
      continue;
    }
    const limit = segment === undefined ? fileEnd : segment.start - recordHead;
    const end = endOfRecord(window, position, limit);
    if (end !== undefined) {
      writer.record(position, end);
      position = end;
      continue;
    }
    const found = finder.findRecords(position + 1) ?? fileEnd;
    writer.unread(position, Math.min(found, limit));
    position = Math.min(found, limit);
  }
  return writer.finish();
}

interface Plan {
  readonly window: Window;
  readonly idSize: 4 | 8;
  readonly headerBytes: number;
  readonly segments: readonly Segment[];
  readonly outline: DumpOutline;
  readonly layouts: ReadonlyMap<IdKey, ClassLayout>;
  readonly names: NameRecords;
  readonly pseudonyms: Pseudonyms | undefined;
  /** Whether the contents of a primitive array go. */
  readonly masksArray: (id: IdKey) => boolean;
}

function makePlan(source: ByteSource, { level, kept }: RedactionRequest, work: Work): Plan {
  const window = new Window(source);
  const header = readHprofHeader(source);
  const { idSize } = header;
  const outline = readOutline(window, header, new ProblemList(), work);
  const { segments } = outline;
  const { dumps, heapNameIds } = collectDescriptions(window, segments, idSize, work);
  const layouts = classLayouts(dumps, outline, idSize);
  const keepsClass = keepsClassName(kept.classes);
  const records = { window, segments, idSize, layouts };
  const keptIds = keptArrays(records, kept, work);
  const texts = level === "strings" ? textArrays(records, work) : undefined;
  return {
    window,
    idSize,
    headerBytes: header.bytes,
    segments,
    outline,
    layouts,
    names: nameRecords(layouts, outline, heapNameIds, keepsClass),
    pseudonyms: includesLevel(level, "names") ? new Pseudonyms(keepsClass) : undefined,
    masksArray: (id) => (texts === undefined || texts.mayHave(id)) && !keptIds.has(id),
  };
}

function collectDescriptions(window: Window, segments: readonly Segment[], idSize: number, work: Work) {
  const dumps: ClassDump[] = [];
  const heapNameIds = new Set<IdKey>();
  let records = 0;
  for (const { start, end } of segments) {
    walkRecords(window, start, end, idSize, (tag, position) => {
      if ((++records & 0xffff) === 0) {
        work.throwIfCancelled();
        work.report("Looking for classes", position / window.source.byteLength);
      }
      if (tag === heapTag.classDump) dumps.push(readClassDump(window, position, end, idSize)!);
      else if (tag === heapTag.heapInfo)
        heapNameIds.add(readIdKey(window.view, window.at(position + 5, idSize), idSize));
      return true;
    });
  }
  return { dumps, heapNameIds };
}

/** Where a record ends that can be one and is no heap dump; undefined when there is none before `limit`. */
function endOfRecord(window: Window, position: number, limit: number): number | undefined {
  if (position + recordHead > limit) return undefined;
  const index = window.at(position, recordHead, 4096);
  const tag = window.bytes[index]!;
  const end = position + recordHead + window.view.getUint32(index + 5);
  return isRecordTag(tag) && !isHeapDumpTag(tag) && end <= limit ? end : undefined;
}

function redactSegment({ window, idSize }: Plan, { start, end }: Segment, writer: Writer, work: Work): void {
  let finder: SubRecordFinder | undefined;
  let position = start;
  let records = 0;
  while (position < end) {
    if ((++records & 0xffff) === 0) {
      work.throwIfCancelled();
      work.report("Writing the copy", position / window.source.byteLength);
    }
    const bytes = heapRecordBytes(window, position, end, idSize);
    if (bytes <= 0) {
      finder ??= newSubRecordFinder(window.source, idSize);
      // Where reading goes on, as it does for whoever opens the original.
      const next = finder(position + 1, end) ?? end;
      writer.cut(position, next);
      position = next;
      continue;
    }
    writer.object(position, bytes, end);
    position += bytes;
  }
}

type Writer = ReturnType<typeof newWriter>;

function newWriter(
  plan: Plan,
  source: ByteSource,
  { level, kept }: RedactionRequest,
  sink: (bytes: Uint8Array) => void,
) {
  const { window, idSize, layouts, names, outline, pseudonyms, masksArray } = plan;
  const copy = new MaskedCopy(source, sink);
  const masksFields = includesLevel(level, "fields");
  const runs = new Map<IdKey, readonly number[]>();
  if (masksFields) for (const [id, layout] of layouts) runs.set(id, maskedRuns(layout, kept));
  const replaced = new Map<string, string>();
  const figures = { texts: 0, arrays: 0, instances: 0, statics: 0, unreadBytes: 0 };
  const zeros = (position: number, length: number) => copy.fill(position, length, [0]);
  const u4 = (position: number): number => {
    const index = window.at(position, 4, 4096);
    return index < 0 ? 0 : window.view.getUint32(index);
  };

  function text(position: number, end: number): void {
    const body = position + recordHead;
    if (end - body < idSize) {
      zeros(body, end - body);
      return;
    }
    const id = readIdKey(window.view, window.at(body, idSize, 4096), idSize);
    const name = names.get(id);
    if (name === undefined) {
      figures.texts++;
      copy.fill(body + idSize, end - body - idSize, [star]);
    } else if (pseudonyms !== undefined && !name.keepsName) {
      const original = window.copy(body + idSize, end - body - idSize);
      const bytes = new TextEncoder().encode(pseudonyms.of(new TextDecoder().decode(original)));
      figures.texts++;
      // Not UTF-8, or too long to be a name.
      if (bytes.byteLength !== original.byteLength || bytes.byteLength > 1 << 16) {
        copy.fill(body + idSize, end - body - idSize, [star]);
        return;
      }
      copy.replace(body + idSize, bytes);
      replaced.set(new TextDecoder().decode(bytes), new TextDecoder().decode(original));
    }
  }

  function instance(position: number, bytes: number): void {
    const head = recordHead + 2 * idSize;
    const index = window.at(position, head);
    const type = readIdKey(window.view, index + 5 + idSize, idSize);
    const data = position + head;
    const length = bytes - head;
    const layout = layouts.get(type);
    const known = layout === undefined ? 0 : Math.min(length, layout.dataBytes);
    const masked = runs.get(type);
    if (masked !== undefined) {
      for (let k = 0; k < masked.length; k += 2) {
        const from = masked[k]!;
        if (from < known) zeros(data + from, Math.min(masked[k + 1]!, known) - from);
      }
      if (masked.length > 0) figures.instances++;
    }
    // What no field of the class accounts for.
    zeros(data + known, length - known);
  }

  function primitiveArray(position: number, bytes: number): void {
    const index = window.at(position, 10 + idSize);
    if (!masksArray(readIdKey(window.view, index + 1, idSize))) return;
    const name = basicTypeName[window.bytes[index + 9 + idSize]!];
    const isText = name === "byte" || name === "char";
    copy.fill(position + 10 + idSize, bytes - 10 - idSize, [isText ? star : 0]);
    figures.arrays++;
  }

  function classDump(position: number, end: number): void {
    if (!masksFields) return;
    const dump = readClassDump(window, position, end, idSize)!;
    const layout = layouts.get(keyOfId(dump.id));
    for (const constant of dump.primitiveConstants) zeros(constant.position, primitiveBytes[constant.type]!);
    dump.statics.forEach(({ type, position: at, nameId }, place) => {
      const bytes = primitiveBytes[type]!;
      if (bytes === 0) return;
      const isFirst = layout?.dump.statics[place]?.nameId === nameId;
      const name = isFirst ? layout.staticNames[place]! : (outline.textOf(keyOfId(nameId)) ?? "");
      if (isStructuralStatic(layout?.name ?? "", name) || keepsField(kept, layout?.name ?? "", name)) return;
      zeros(at, bytes);
      figures.statics++;
    });
  }

  return {
    /** A top-level record that is not a heap dump. */
    record(position: number, end: number): void {
      const body = position + recordHead;
      const tag = window.bytes[window.at(position, 1, 4096)]!;
      if (tag === recordTag.utf8) {
        text(position, end);
        return;
      }
      const structure = structureBytes(tag, idSize, (countAt) =>
        body + countAt + 4 <= end ? u4(body + countAt) : 0,
      );
      if (body + structure < end) zeros(body + structure, end - body - structure);
    },
    /** A sub-record of a heap dump. */
    object(position: number, bytes: number, end: number): void {
      const tag = window.bytes[window.at(position, 1)]!;
      if (tag === heapTag.instance) instance(position, bytes);
      else if (tag === heapTag.primitiveArray) primitiveArray(position, bytes);
      else if (tag === heapTag.classDump) classDump(position, end);
    },
    /** The rest of a segment whose next sub-record is unknown or cut. Of an object's its kind and length stay. */
    cut(position: number, end: number): void {
      const tag = window.bytes[window.at(position, 1)]!;
      figures.unreadBytes += end - position;
      const lengthAt = position + 5 + idSize + (tag === heapTag.instance ? idSize : 0);
      if (!isObjectTag(tag) || lengthAt > end) {
        zeros(position + 1, end - position - 1);
        return;
      }
      zeros(position + 1, lengthAt - position - 1);
      const isArray = tag !== heapTag.instance && tag !== heapTag.objectArray;
      const after = lengthAt + (isArray ? 5 : 4);
      if (after < end) zeros(after, end - after);
    },
    /** Bytes no record accounts for; what may be the head of a record stays, for its tag and length. */
    unread(position: number, end: number): void {
      figures.unreadBytes += end - position;
      const index = window.at(position, 1, 4096);
      const keptHead = index >= 0 && isRecordTag(window.bytes[index]!) ? recordHead : 1;
      if (end - position > keptHead) zeros(position + keptHead, end - position - keptHead);
    },
    finish(): Redaction {
      copy.finish();
      return { figures: { ...figures, maskedBytes: copy.maskedBytes }, names: replaced };
    },
  };
}

/** Beginnings and ends of the primitive fields that go, next to each other joined. */
function maskedRuns({ name: holder, fields }: ClassLayout, kept: KeptByName): number[] {
  const ends: number[] = [];
  for (const field of fields) {
    const { className, name, offset, bytes } = field;
    if (isReference(field) || isStructuralField(className, name)) continue;
    if (keepsField(kept, className, name) || keepsField(kept, holder, name)) continue;
    if (ends.at(-1) === offset) ends[ends.length - 1] = offset + bytes;
    else {
      ends.push(offset);
      ends.push(offset + bytes);
    }
  }
  return ends;
}
