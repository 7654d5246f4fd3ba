import type { ByteSource } from "../../../base/byteSource";
import { ExhumeError } from "../../../base/errors";
import { heapRecordBytes } from "../../../formats/hprof/heapRecords";
import { isObjectTag } from "../../../formats/hprof/tags";
import { Window } from "../../../formats/hprof/window";
import { offsetSampleStep } from "../edges/edgeInput";
import type { Part } from "../scan/scanInput";

/** Finds the record of an object in the file: from the sampled offset before it, a few records on. */
export interface RecordReader {
  /** Window over the file; valid after any of the functions until the next. */
  readonly window: Window;
  /** File offset of the object's record. @throws ExhumeError `changedOnDisk` when the file is not the one that was indexed. */
  positionOf(object: number): number;
  /** Index in {@link window} of `length` bytes at `position`. @throws ExhumeError `changedOnDisk` */
  require(position: number, length: number): number;
}

const readAhead = 16 << 10;
const blocksKept = 512;

export function openRecordReader(
  source: ByteSource,
  idSize: number,
  objectCount: number,
  offsetSamples: Float64Array,
  parts: readonly Part[],
): RecordReader {
  const window = new Window(source, readAhead);
  /** Offsets of the objects of recently used blocks. */
  const blocks = new Map<number, Float64Array>();

  function changed(what: string): ExhumeError {
    return new ExhumeError({ code: "changedOnDisk", file: source.name, what });
  }

  function require(position: number, length: number): number {
    const index = window.at(position, length);
    if (index < 0) throw changed(`it ends before offset ${position + length}`);
    return index;
  }

  /** Walks the objects of one block; between parts lie record headers and other records. */
  function offsetsOf(block: number): Float64Array {
    const known = blocks.get(block);
    if (known !== undefined) {
      blocks.delete(block);
      blocks.set(block, known);
      return known;
    }
    const first = block * offsetSampleStep;
    const count = Math.min(offsetSampleStep, objectCount - first);
    const offsets = new Float64Array(count);
    let part = partOf(parts, first);
    let position = offsetSamples[block]!;
    let left = parts[part]!.firstObject + parts[part]!.objects - first;
    for (let k = 0; k < count; k++) {
      if (left === 0) {
        part++;
        while (parts[part]!.objects === 0) part++;
        position = parts[part]!.start;
        left = parts[part]!.objects;
      }
      const limit = parts[part]!.end;
      for (;;) {
        const tag = window.bytes[require(position, 1)]!;
        if (isObjectTag(tag)) break;
        position += sizeAt(position, limit);
      }
      offsets[k] = position;
      left--;
      if (k + 1 < count && left > 0) position += sizeAt(position, limit);
    }
    if (blocks.size >= blocksKept) blocks.delete(blocks.keys().next().value!);
    blocks.set(block, offsets);
    return offsets;
  }

  function sizeAt(position: number, limit: number): number {
    const bytes = heapRecordBytes(window, position, limit, idSize);
    if (bytes < 0) throw changed(`no object record at offset ${position}`);
    return bytes;
  }

  return {
    window,
    require,
    positionOf(object) {
      const block = Math.floor(object / offsetSampleStep);
      return offsetsOf(block)[object - block * offsetSampleStep]!;
    },
  };
}

/** Index of the part an object lies in. */
function partOf(parts: readonly Part[], object: number): number {
  let low = 0;
  let high = parts.length - 1;
  while (low < high) {
    const middle = (low + high + 1) >>> 1;
    if (parts[middle]!.firstObject <= object) low = middle;
    else high = middle - 1;
  }
  return low;
}
