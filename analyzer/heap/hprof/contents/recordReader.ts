import type { ByteSource } from "../../../base/byteSource";
import { ExhumeError } from "../../../base/errors";
import { heapRecordBytes } from "../../../formats/hprof/heapRecords";
import { isObjectTag } from "../../../formats/hprof/tags";
import type { Window } from "../../../formats/hprof/window";
import { offsetSampleStep } from "../edges/edgeInput";
import type { Part } from "../scan/scanInput";
import { PagedWindow } from "./pagedWindow";

/** Finds the record of an object in the file: from the sampled offset before it, a few records on. */
export interface RecordReader {
  /** Window over the file; valid after any of the functions until the next. */
  readonly window: Window;
  /** File offset of the object's record. @throws ExhumeError `changedOnDisk` when the file is not the one that was indexed. */
  positionOf(object: number): number;
  /** Index in {@link window} of `length` bytes at `position`. @throws ExhumeError `changedOnDisk` */
  require(position: number, length: number): number;
}

/** A power of two. */
const blocksKept = 1024;

export function openRecordReader(
  source: ByteSource,
  idSize: number,
  objectCount: number,
  offsetSamples: Float64Array,
  parts: readonly Part[],
): RecordReader {
  const window = new PagedWindow(source);
  /** Offsets of the objects of recently used blocks, each in the place its number says. */
  const kept = Math.min(blocksKept, powerAbove(offsetSamples.length));
  const offsets = new Float64Array(kept * offsetSampleStep);
  const blockAt = new Int32Array(kept).fill(-1);

  function changed(what: string): ExhumeError {
    return new ExhumeError({ code: "changedOnDisk", file: source.name, what });
  }

  function require(position: number, length: number): number {
    const index = window.at(position, length);
    if (index < 0) throw changed(`it ends before offset ${position + length}`);
    return index;
  }

  /** Where the offsets of a block's objects begin in {@link offsets}. */
  function placeOf(block: number): number {
    const slot = block & (kept - 1);
    const place = slot * offsetSampleStep;
    if (blockAt[slot] === block) return place;
    blockAt[slot] = -1;
    readOffsets(block, place);
    blockAt[slot] = block;
    return place;
  }

  /** Walks the objects of one block; between parts lie record headers and other records. */
  function readOffsets(block: number, place: number): void {
    const first = block * offsetSampleStep;
    const count = Math.min(offsetSampleStep, objectCount - first);
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
        const index = require(position, 1);
        const tag = window.bytes[index]!;
        if (isObjectTag(tag)) break;
        position += sizeAt(position, limit);
      }
      offsets[place + k] = position;
      left--;
      if (k + 1 < count && left > 0) position += sizeAt(position, limit);
    }
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
      return offsets[placeOf(block) + object - block * offsetSampleStep]!;
    },
  };
}

function powerAbove(count: number): number {
  let power = 1;
  while (power < count) power *= 2;
  return power;
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
