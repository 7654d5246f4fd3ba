import type { ByteSource } from "../../base/byteSource";
import { heapRecordBytes } from "./heapRecords";
import { rootRecordBytes } from "./rootRecords";
import { heapTag } from "./tags";
import { Window } from "./window";

/** Sub-records that must follow each other before a place is believed to begin one. */
const chainLength = 8;
const searchedBytes = 256 << 20;
/** Reads away from the place that is looked at: a hostile file could ask for some at each of its bytes. */
const mostFarReads = 1 << 14;

/**
 * Visits sub-records one after another, from the one at `start` until `visit` returns false. Behind one that cannot be
 * read it goes on where {@link SubRecordFinder} says, as the scan does, so that both count the same objects.
 */
export function walkRecords(
  window: Window,
  start: number,
  end: number,
  idSize: number,
  visit: (tag: number, position: number, bytes: number) => boolean | undefined,
): void {
  let finder: SubRecordFinder | undefined;
  let position = start;
  while (position < end) {
    const bytes = heapRecordBytes(window, position, end, idSize);
    if (bytes > 0) {
      const index = window.at(position, 1);
      if (visit(window.bytes[index]!, position, bytes) === false) return;
      position += bytes;
      continue;
    }
    finder ??= newSubRecordFinder(window.source, idSize);
    const next = finder(position + 1, end);
    if (next === undefined) return;
    position = next;
  }
}

/** Where sub-records go on between two places, undefined when it cannot be told. */
export type SubRecordFinder = (from: number, end: number) => number | undefined;

/**
 * The lengths of sub-records are all that leads from one to the next, so behind a damaged one the next place is looked
 * for from which eight lead to each other, or some to the end of a segment that another record follows.
 */
export function newSubRecordFinder(source: ByteSource, idSize: number): SubRecordFinder {
  const near = new Window(source, 1 << 16);
  const far = new Window(source, 4096);
  const headBytes = 1 + idSize;
  let farReadsLeft = mostFarReads;

  function windowFor(position: number): Window {
    if (position >= near.base && position + 64 <= near.base + near.available) return near;
    if (position < far.base || position + 64 > far.base + far.available) farReadsLeft--;
    return far;
  }

  function goOnAt(position: number, end: number): boolean {
    let at = position;
    let wasRoot = false;
    let hasObject = false;
    let previous = "";
    for (let records = 0; records < chainLength; records++) {
      if (at === end) return hasObject && end < source.byteLength;
      if (at + headBytes > end) return false;
      const window = windowFor(at);
      const bytes = heapRecordBytes(window, at, end, idSize);
      if (bytes <= 0) return false;
      const index = window.at(at, headBytes);
      const tag = window.bytes[index]!;
      if (tag !== heapTag.heapInfo) {
        const id = believableId(window, index + 1, idSize);
        // Bytes that repeat, as those of an array do, lead from one "root" to the next for ever.
        if (id === undefined || id === previous) return false;
        previous = id;
      }
      const isRoot = rootRecordBytes(tag, idSize) !== undefined;
      // Within a damaged object some byte may pass for a root that ends where the next object begins.
      if (records === 1 && wasRoot && !isRoot) return false;
      wasRoot = isRoot;
      hasObject ||= !isRoot;
      at += bytes;
    }
    return true;
  }

  return (from, end) => {
    const searchEnd = Math.min(end, from + searchedBytes);
    for (let position = from; position < searchEnd && farReadsLeft > 0; position++) {
      const index = near.at(position, 1);
      if (index < 0) return undefined;
      if (!isSubRecordTag[near.bytes[index]!]) continue;
      if (goOnAt(position, end)) return position;
    }
    return undefined;
  };
}

const isSubRecordTag: readonly boolean[] = Array.from(
  { length: 256 },
  (_, tag) =>
    rootRecordBytes(tag, 8) !== undefined || (Object.values(heapTag) as readonly number[]).includes(tag),
);

/** An id as text when it may be one: not 0, and of 64 bits within what processors address. */
function believableId({ view }: Window, index: number, idSize: number): string | undefined {
  const high = idSize === 8 ? view.getUint32(index) : 0;
  const low = view.getUint32(index + idSize - 4);
  return high >>> 16 !== 0 || (high === 0 && low === 0) ? undefined : `${high}/${low}`;
}
