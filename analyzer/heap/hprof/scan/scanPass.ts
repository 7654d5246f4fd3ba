import type { Problem } from "../../../base/problems";
import { cutRecord, heapRecordBytes } from "../../../formats/hprof/heapRecords";
import { RootRecordList, rootRecordBytes } from "../../../formats/hprof/rootRecords";
import { newSubRecordFinder, type SubRecordFinder } from "../../../formats/hprof/subRecords";
import { heapTag, primitiveBytes } from "../../../formats/hprof/tags";
import { Window } from "../../../formats/hprof/window";
import type { Pass, PassContext } from "../../graph/parallel";
import { classAtId } from "../index/kernelClasses";
import { highWords, pageBits, wordsPerPage } from "./addressPages";
import { closeWord, newAddressWriter, newWordScratch, stopScan } from "./addressWriter";
import { newDamageList } from "./damageList";
import { type Part, type ScanInput, type ScanOutput, scanCell, scanStop } from "./scanInput";

const chunkBytes = 2 << 20;
const slack = 64;
const scratchMaximum = 1 << 20;
/** No object record is shorter. */
const shortestRecord = 14;
/** More irregular words than this, and than one in so many objects, and the file is in no order. */
const irregularAtLeast = 4096;
const irregularShare = 32;

/**
 * Pass 1: reads the headers of all sub-records once. It counts objects and bytes per class, marks every object's
 * address in the pages, collects roots, and cuts the file into parts whose first object index is known, so
 * that the second pass can take them in any order. Groups are read side by side and committed in their order.
 */
export const scanPass: Pass<ScanInput, ScanOutput> = {
  name: "scan",
  readsHeadersOnly: true,
  run: scan,
};

function scan(input: ScanInput, context: PassContext): ScanOutput {
  const { control, groups } = input;
  const scanner = newScanner(input, context);
  const groupCount = groups.length / 2;
  try {
    for (;;) {
      const group = Atomics.add(control, scanCell.nextGroup, 1);
      if (group >= groupCount) break;
      if (Atomics.load(control, scanCell.stop) === scanStop.none) {
        scanner.scanGroup(group, groups[2 * group]!, groups[2 * group + 1]!);
      }
      endTurn(control, group);
    }
  } catch (thrown) {
    // Others wait for this group's turn to end.
    Atomics.compareExchange(control, scanCell.stop, scanStop.none, scanStop.failed);
    Atomics.store(control, scanCell.turn, groupCount);
    Atomics.notify(control, scanCell.turn);
    throw thrown;
  }
  return scanner.output();
}

function endTurn(control: Int32Array, group: number): void {
  if (Atomics.load(control, scanCell.turn) <= group) Atomics.store(control, scanCell.turn, group + 1);
  Atomics.notify(control, scanCell.turn);
}

function newScanner(input: ScanInput, context: PassContext) {
  const { idSize, control, totals, pages, classes, sizes, keepGranules, unknownClass } = input;
  const { shift } = pages;
  const { source } = context;
  const window = new Window(source, 1 << 16);
  let longest = 0;
  for (let k = 0; k < input.groups.length; k += 2) {
    longest = Math.max(longest, input.groups[k + 1]! - input.groups[k]!);
  }
  const bufferBytes = Math.min(chunkBytes, Math.max(64, longest));
  const scratchObjects = Math.min(scratchMaximum, Math.ceil(longest / shortestRecord) + 16);
  const bytes = new Uint8Array(bufferBytes + slack);
  const view = new DataView(bytes.buffer);
  const wide = idSize === 8;
  const lowAt = idSize - 4;
  const lowMask = (1 << shift) - 1;
  const pageShift = pageBits + shift;
  const pageMask = 2 ** pageShift - 1;

  const classCount = classes.count;
  const objectsByClass = new Float64Array(classCount);
  const arrayBytesByClass = new Float64Array(classCount);
  const leastDistance = new Float64Array(classCount).fill(Number.POSITIVE_INFINITY);
  const headerByType = Float64Array.from({ length: 12 }, (_, type) => sizes.headerBytes[type] ?? 0);
  const elementBytesByType = Uint8Array.from({ length: 256 }, (_, type) => primitiveBytes[type] ?? 0);
  const referenceHeader = sizes.headerBytes[2]!;
  const { referenceBytes, alignment } = sizes;
  const primitiveArrayClass = classes.primitiveArrayClass;

  const addresses = newAddressWriter(input);
  const scratch = newWordScratch(scratchObjects, keepGranules);
  const { numbers: wordNumbers, bases: wordBases, bits: wordBits, granules } = scratch;

  const parts: Part[] = [];
  const roots = new RootRecordList();
  const unknownIds = new Set<bigint>();
  const problems: Problem[] = [];
  const damage = newDamageList();
  let finder: SubRecordFinder | undefined;
  let unindexableIds = 0;
  let lowBits = 0;
  let descents = 0;
  let least4 = Number.POSITIVE_INFINITY;
  let least8 = Number.POSITIVE_INFINITY;
  let referenceArraysSeen = 0;

  // State the hot loop keeps in locals while it runs.
  let lastHigh = -1;
  let lastLow = 0;
  let lastClass = -1;
  let lastBytes = 0;
  let lastElements = -1;

  function classOf(high: number, low: number): number {
    const found = classAtId(classes, high, low);
    if (found >= 0) return found;
    unknownIds.add((BigInt(high) << 32n) | BigInt(low));
    if (unknownClass < 0) stopScan(input, scanStop.unknownClass);
    return Math.max(0, unknownClass);
  }

  /**
   * Consumes instances and arrays from bytes[at, limit); stops at any other tag, at a record that ends after
   * `segmentEnd` (an index, possibly far outside the buffer), and when the scratch is full.
   */
  function hot(start: number, limit: number, segmentEnd: number): number {
    let at = start;
    let count = scratch.objects;
    let wordCount = scratch.words;
    let pHigh = lastHigh;
    let pLow = lastLow;
    let pClass = lastClass;
    let pBytes = lastBytes;
    let pElements = lastElements;
    let word = scratch.openWord;
    let wordBit = scratch.openBits;
    let wordBase = scratch.openBase;
    let cacheHigh = -1;
    let cacheLow = -1;
    let cacheClass = -1;
    let pageKeyHigh = -1;
    let pageKeyLow = -1;
    let pageWord = 0;
    let low3 = lowBits;
    while (at < limit && count < scratchObjects) {
      const tag = bytes[at]!;
      // As isObjectTag, in place.
      if ((tag < heapTag.instance || tag > heapTag.primitiveArray) && tag !== heapTag.primitiveArrayNoData)
        break;
      const high = wide ? view.getUint32(at + 1) : 0;
      const low = view.getUint32(at + 1 + lowAt);
      const q = at + 1 + idSize;
      let type = 0;
      let data = 0;
      let elements = -1;
      let next = 0;
      if (tag === heapTag.instance) {
        next = q + 8 + idSize + view.getUint32(q + 4 + idSize);
        if (next > segmentEnd) break;
        const classHigh = wide ? view.getUint32(q + 4) : 0;
        const classLow = view.getUint32(q + 4 + lowAt);
        if (classLow === cacheLow && classHigh === cacheHigh) type = cacheClass;
        else {
          type = classOf(classHigh, classLow);
          cacheLow = classLow;
          cacheHigh = classHigh;
          cacheClass = type;
        }
      } else if (tag !== heapTag.objectArray) {
        const code = bytes[q + 8]!;
        const size = elementBytesByType[code]!;
        if (size === 0) break;
        data = view.getUint32(q + 4) * size;
        next = tag === heapTag.primitiveArray ? q + 9 + data : q + 9;
        if (next > segmentEnd) break;
        type = primitiveArrayClass[code]!;
        const unit = headerByType[code]! + data;
        arrayBytesByClass[type]! += Math.ceil(unit / alignment) * alignment;
      } else {
        elements = view.getUint32(q + 4);
        data = elements * 8;
        next = q + 8 + idSize + elements * idSize;
        if (next > segmentEnd) break;
        const classHigh = wide ? view.getUint32(q + 8) : 0;
        const classLow = view.getUint32(q + 8 + lowAt);
        if (classLow === cacheLow && classHigh === cacheHigh) type = cacheClass;
        else {
          type = classOf(classHigh, classLow);
          cacheLow = classLow;
          cacheHigh = classHigh;
          cacheClass = type;
        }
        const unit = referenceHeader + elements * referenceBytes;
        arrayBytesByClass[type]! += Math.ceil(unit / alignment) * alignment;
      }
      objectsByClass[type]!++;
      if (high > pHigh || (high === pHigh && low > pLow)) {
        if (pClass >= 0) {
          const distance = (high - pHigh) * 4294967296 + (low - pLow) - pBytes;
          const least = leastDistance[pClass]!;
          if (distance < least) leastDistance[pClass] = distance;
          if (pElements >= 8) {
            referenceArraysSeen++;
            if (distance < least8) least8 = distance;
            if (distance + 4 * pElements < least4) least4 = distance + 4 * pElements;
          }
        }
      } else descents++;
      pHigh = high;
      pLow = low;
      pClass = type;
      pBytes = data;
      pElements = elements;
      low3 |= low;
      const keyLow = low >>> pageShift;
      if (keyLow !== pageKeyLow || high !== pageKeyHigh) {
        const page = addresses.pageOf(high, low);
        if (page < 0) {
          if (high < highWords) return -1;
          unindexableIds++;
        }
        // Objects without a place keep their index; nothing can refer to them.
        pageWord = page < 0 ? -1 : page * wordsPerPage;
        pageKeyLow = keyLow;
        pageKeyHigh = high;
      }
      const granule = (low & pageMask) >>> shift;
      if (pageWord >= 0) {
        const here = pageWord + (granule >>> 5);
        const bit = 1 << (granule & 31);
        // A word goes on while its bits rise without a gap in the file.
        if (here === word && wordBit >>> 0 < bit >>> 0) wordBit |= bit;
        else {
          if (word >= 0) {
            wordNumbers[wordCount] = word;
            wordBases[wordCount] = wordBase;
            wordBits[wordCount++] = wordBit;
          }
          word = here;
          wordBit = bit;
          wordBase = count;
        }
        if (granules !== undefined) granules[count] = here * 32 + (granule & 31);
      } else if (granules !== undefined) granules[count] = -1;
      count++;
      at = next;
    }
    scratch.objects = count;
    scratch.words = wordCount;
    lastHigh = pHigh;
    lastLow = pLow;
    lastClass = pClass;
    lastBytes = pBytes;
    lastElements = pElements;
    scratch.openWord = word;
    scratch.openBits = wordBit;
    scratch.openBase = wordBase;
    lowBits = low3;
    return at;
  }

  /** Publishes the scratch under the indices that follow those of all earlier groups. */
  function commit(group: number, partStart: number, partEnd: number): void {
    closeWord(scratch);
    for (;;) {
      const turn = Atomics.load(control, scanCell.turn);
      if (turn >= group) break;
      Atomics.wait(control, scanCell.turn, turn, 100);
      context.throwIfCancelled();
    }
    if (Atomics.load(control, scanCell.stop) !== scanStop.none) return;
    if ((lowBits & lowMask) !== 0) {
      stopScan(input, scanStop.unaligned);
      return;
    }
    const first = totals[0]!;
    const { objects } = scratch;
    totals[0] = first + objects;
    addresses.publish(scratch, first);
    if (partEnd > partStart) parts.push({ start: partStart, end: partEnd, firstObject: first, objects });
    const irregular = addresses.irregularGranules.length;
    if (irregular > irregularAtLeast && irregular > totals[0]! / irregularShare) {
      stopScan(input, scanStop.noOrder);
    }
  }

  function scanGroup(group: number, start: number, end: number): void {
    let base = start;
    let at = 0;
    let available = 0;
    let partStart = start;
    lastHigh = -1;
    lastClass = -1;
    scratch.openWord = -1;
    const refill = (): void => {
      context.throwIfCancelled();
      base += at;
      at = 0;
      const wanted = Math.min(bufferBytes, end - base);
      available = wanted > 0 ? source.read(base, bytes.subarray(0, wanted)) : 0;
      totals[1] = totals[1]! + available;
    };
    while (base + at < end) {
      if (at >= available) {
        refill();
        if (available === 0) {
          problems.push(shrunk(source.name, base));
          break;
        }
      }
      const segmentEnd = end - base;
      const atEnd = base + available >= end;
      const limit = atEnd ? Math.min(segmentEnd, available) : available - slack;
      if (at >= limit && !atEnd) {
        refill();
        continue;
      }
      // Bytes after the end of the data must not look like a header.
      const next = hot(at, limit, segmentEnd);
      if (next < 0) return;
      if (scratch.objects >= scratchObjects) {
        commit(group, partStart, base + next);
        partStart = base + next;
      }
      if (next !== at) {
        at = next;
        continue;
      }
      const bytesUsed = rareRecord(base + at, end);
      if (bytesUsed < 0) {
        const damaged = base + at;
        finder ??= newSubRecordFinder(source, idSize);
        const next = finder(damaged + 1, end);
        damage.add(bytesUsed, bytes[at]!, damaged, next, end);
        commit(group, partStart, damaged);
        if (next === undefined) return;
        partStart = next;
        base = next;
        at = 0;
        available = 0;
        lastHigh = -1;
        lastClass = -1;
        continue;
      }
      at += bytesUsed;
    }
    commit(group, partStart, end);
  }

  /** Roots, class dumps and Android's records. @returns bytes used, or the reason why not. */
  function rareRecord(position: number, end: number): number {
    const head = window.at(position, Math.min(1 + 2 * idSize + 8, end - position));
    if (head < 0) return cutRecord;
    const tag = window.bytes[head]!;
    const size = rootRecordBytes(tag, idSize);
    if (size === undefined) return heapRecordBytes(window, position, end, idSize);
    if (position + size > end) return cutRecord;
    roots.add(window, window.at(position, size), idSize);
    return size;
  }

  return {
    scanGroup,
    output: (): ScanOutput => ({
      objectsByClass,
      arrayBytesByClass,
      leastDistance,
      leastWith4ByteReferences: least4,
      leastWith8ByteReferences: least8,
      referenceArraysSeen,
      lowBits,
      descents,
      parts,
      roots: roots.records(),
      irregularGranules: addresses.irregularGranules,
      irregularIndices: addresses.irregularIndices,
      granules: addresses.granuleParts,
      unknownClassIds: [...unknownIds],
      duplicateIds: addresses.duplicateIds(),
      unindexableIds,
      problems: [...problems, ...damage.toArray()],
    }),
  };
}

function shrunk(name: string, offset: number): Problem {
  return {
    code: "truncated",
    message: `${name} gave no bytes at ${offset}: it became shorter while it was read.`,
    offset,
    losesData: true,
  };
}
