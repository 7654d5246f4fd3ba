import type { Problem } from "../../../base/problems";
import { cutRecord, heapRecordBytes, rootRecordBytes } from "../../../formats/hprof/heapRecords";
import { heapTag, primitiveBytes, rootLayouts } from "../../../formats/hprof/tags";
import { Window } from "../../../formats/hprof/window";
import { popCount } from "../../graph/bits";
import type { Pass, PassContext } from "../../graph/parallel";
import {
  type AddressPages,
  highWords,
  irregularBase,
  pageBits,
  slotsPerBlock,
  wordsPerPage,
} from "./addressPages";
import { findClass, type KernelClasses } from "./kernelClasses";

/** Cells of {@link ScanInput.control}. */
export const scanCell = { nextGroup: 0, turn: 1, pages: 2, blocks: 3, stop: 4 } as const;
export const scanControlCells = 8;

/** Why a scan stopped early; the caller changes the input and scans again. */
export const scanStop = {
  none: 0,
  failed: 1,
  pagesFull: 2,
  unaligned: 3,
  noOrder: 4,
  unknownClass: 5,
} as const;

/** Sizes of arrays under the assumed model, so that bytes can be summed while scanning. */
export interface ArraySizes {
  /** Bytes before the elements, by type code. */
  readonly headerBytes: readonly number[];
  readonly referenceBytes: number;
  readonly alignment: number;
}

/**
 * Pass 1: reads the headers of all sub-records once. It counts objects and bytes per class, marks every object's
 * address in the pages, collects roots, and cuts the file into parts whose first object index is known, so
 * that the second pass can take them in any order. Groups are read side by side and committed in their order.
 */
export interface ScanInput {
  readonly idSize: number;
  /** [start, end] per group; both ends are sub-record boundaries. */
  readonly groups: Float64Array;
  /** See {@link scanCell}; shared by all workers. */
  readonly control: Int32Array;
  /** [0] objects committed, [1] bytes scanned; shared by all workers. */
  readonly totals: Float64Array;
  readonly pages: AddressPages;
  readonly classes: KernelClasses;
  readonly sizes: ArraySizes;
  /** Keep every object's granule: for files in no order. */
  readonly keepGranules: boolean;
  /** Objects of classes the table does not know are counted under this class, or stop the scan when it is -1. */
  readonly unknownClass: number;
}

/** A stretch of one segment whose objects have consecutive indices. */
export interface Part {
  readonly start: number;
  readonly end: number;
  readonly firstObject: number;
  readonly objects: number;
}

export interface ScanOutput {
  readonly objectsByClass: Float64Array;
  /** Bytes of arrays; those of instances follow from their count. */
  readonly arrayBytesByClass: Float64Array;
  /** Least distance from an object to the next one, less the bytes of its elements (8 per reference). */
  readonly leastDistance: Float64Array;
  /** Over object arrays of 8 and more: least distance less 4, and less 8 bytes per element. */
  readonly leastWith4ByteReferences: number;
  readonly leastWith8ByteReferences: number;
  readonly referenceArraysSeen: number;
  /** All low bits ever set in an address. */
  readonly lowBits: number;
  /** Descending neighbours: how far the file is from address order. */
  readonly descents: number;
  readonly parts: readonly Part[];
  /** [tag, high, low, thread serial, frame or trace] per root. */
  readonly roots: readonly number[];
  readonly irregularGranules: readonly number[];
  readonly irregularIndices: readonly number[];
  /** Granules of the objects of a part, when asked for. */
  readonly granules: readonly {
    readonly firstObject: number;
    readonly granules: Float64Array | Uint32Array;
  }[];
  readonly unknownClassIds: readonly bigint[];
  readonly duplicateIds: number;
  readonly unindexableIds: number;
  readonly problems: readonly Problem[];
}

const chunkBytes = 2 << 20;
const slack = 64;
const scratchMaximum = 1 << 20;
/** No object record is shorter. */
const shortestRecord = 14;

export const scanPass: Pass<ScanInput, ScanOutput> = { name: "scan", run: scan };

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
  const { shift, blocks, slots, words } = pages;
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
  const blockSlots = slotsPerBlock(shift);
  const pageCapacity = words.length / (2 * wordsPerPage);
  const blockCapacity = slots.length / blockSlots;

  const classCount = classes.count;
  const objectsByClass = new Float64Array(classCount);
  const arrayBytesByClass = new Float64Array(classCount);
  const leastDistance = new Float64Array(classCount).fill(Number.POSITIVE_INFINITY);
  const headerByType = Float64Array.from({ length: 12 }, (_, type) => sizes.headerBytes[type] ?? 0);
  const elementBytesByType = Uint8Array.from({ length: 256 }, (_, type) => primitiveBytes[type] ?? 0);
  const referenceHeader = sizes.headerBytes[2]!;
  const { referenceBytes, alignment } = sizes;
  const primitiveArrayClass = classes.primitiveArrayClass;

  // Scratch of the group under way: words with the local index of their first object.
  const wordNumbers = new Float64Array(scratchObjects);
  const wordBases = new Uint32Array(scratchObjects);
  const wordBits = new Uint32Array(scratchObjects);
  const granules = keepGranules ? new Float64Array(scratchObjects) : undefined;
  let wordCount = 0;
  let objectCount = 0;

  const parts: Part[] = [];
  const roots: number[] = [];
  const irregularGranules: number[] = [];
  const irregularIndices: number[] = [];
  const granuleParts: { firstObject: number; granules: Float64Array }[] = [];
  const unknownIds = new Map<bigint, number>();
  const problems: Problem[] = [];
  let duplicateIds = 0;
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
  let openWord = -1;
  let openBits = 0;
  let openBase = 0;

  function stop(reason: number): void {
    Atomics.compareExchange(control, scanCell.stop, scanStop.none, reason);
  }

  /** Page number of an address, made when new; -1 when there is no room (the scan is then stopped). */
  function pageOf(high: number, low: number): number {
    if (high >= highWords) return -1;
    let block = Atomics.load(blocks, high);
    if (block === 0) {
      const fresh = Atomics.add(control, scanCell.blocks, 1) + 1;
      if (fresh > blockCapacity) {
        stop(scanStop.pagesFull);
        return -1;
      }
      const before = Atomics.compareExchange(blocks, high, 0, fresh);
      block = before === 0 ? fresh : before;
    }
    const at = (block - 1) * blockSlots + (low >>> pageShift);
    let page = Atomics.load(slots, at);
    if (page === 0) {
      const fresh = Atomics.add(control, scanCell.pages, 1) + 1;
      if (fresh > pageCapacity) {
        stop(scanStop.pagesFull);
        return -1;
      }
      const before = Atomics.compareExchange(slots, at, 0, fresh);
      page = before === 0 ? fresh : before;
    }
    return page - 1;
  }

  function classOf(high: number, low: number): number {
    const found = findClass(classes, high, low);
    if (found >= 0) return found;
    const id = (BigInt(high) << 32n) | BigInt(low);
    unknownIds.set(id, (unknownIds.get(id) ?? 0) + 1);
    if (unknownClass < 0) stop(scanStop.unknownClass);
    return Math.max(0, unknownClass);
  }

  /**
   * Consumes instances and arrays from bytes[at, limit); stops at any other tag, at a record that ends after
   * `segmentEnd` (an index, possibly far outside the buffer), and when the scratch is full.
   */
  function hot(start: number, limit: number, segmentEnd: number): number {
    let at = start;
    let count = objectCount;
    let pHigh = lastHigh;
    let pLow = lastLow;
    let pClass = lastClass;
    let pBytes = lastBytes;
    let pElements = lastElements;
    let word = openWord;
    let wordBit = openBits;
    let wordBase = openBase;
    let cacheHigh = -1;
    let cacheLow = -1;
    let cacheClass = -1;
    let pageKeyHigh = -1;
    let pageKeyLow = -1;
    let pageWord = 0;
    let low3 = lowBits;
    while (at < limit && count < scratchObjects) {
      const tag = bytes[at]!;
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
        const page = pageOf(high, low);
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
    objectCount = count;
    lastHigh = pHigh;
    lastLow = pLow;
    lastClass = pClass;
    lastBytes = pBytes;
    lastElements = pElements;
    openWord = word;
    openBits = wordBit;
    openBase = wordBase;
    lowBits = low3;
    return at;
  }

  /** Publishes the scratch under the indices that follow those of all earlier groups. */
  function commit(group: number, partStart: number, partEnd: number): void {
    if (openWord >= 0) {
      wordNumbers[wordCount] = openWord;
      wordBases[wordCount] = openBase;
      wordBits[wordCount++] = openBits;
      openWord = -1;
    }
    for (;;) {
      const turn = Atomics.load(control, scanCell.turn);
      if (turn >= group) break;
      Atomics.wait(control, scanCell.turn, turn, 100);
      context.throwIfCancelled();
    }
    if (Atomics.load(control, scanCell.stop) !== scanStop.none) return;
    if ((lowBits & lowMask) !== 0) {
      stop(scanStop.unaligned);
      return;
    }
    const first = totals[0]!;
    totals[0] = first + objectCount;
    if (keepGranules) {
      for (let k = 0; k < wordCount; k++) {
        const at = 2 * wordNumbers[k]! + 1;
        words[at] = words[at]! | wordBits[k]!;
      }
      const copy = new Float64Array(new SharedArrayBuffer(8 * objectCount));
      copy.set(granules!.subarray(0, objectCount));
      granuleParts.push({ firstObject: first, granules: copy });
    } else publishWords(first);
    if (partEnd > partStart)
      parts.push({ start: partStart, end: partEnd, firstObject: first, objects: objectCount });
    wordCount = 0;
    objectCount = 0;
    if (irregularGranules.length > 4096 && irregularGranules.length > totals[0]! / 32) stop(scanStop.noOrder);
  }

  function publishWords(first: number): void {
    for (let k = 0; k < wordCount; k++) {
      const number = wordNumbers[k]!;
      const added = wordBits[k]!;
      const base = first + wordBases[k]!;
      const bits = words[2 * number + 1]!;
      if (bits === 0) {
        words[2 * number] = base;
        words[2 * number + 1] = added;
        continue;
      }
      if ((bits & added) !== 0) duplicateIds += popCount(bits & added);
      const oldBase = words[2 * number]!;
      const follows = oldBase !== irregularBase && oldBase + popCount(bits) === base;
      if (follows && bits < (added & -added) >>> 0) {
        words[2 * number + 1] = bits | added;
        continue;
      }
      if (oldBase !== irregularBase) listIrregular(number, bits, oldBase);
      // Of objects with one id the first stays.
      let index = base;
      for (let b = 0; b < 32; b++) {
        const bit = 1 << b;
        if ((added & bit) === 0) continue;
        if ((bits & bit) === 0) {
          irregularGranules.push(number * 32 + b);
          irregularIndices.push(index);
        }
        index++;
      }
      words[2 * number] = irregularBase;
      words[2 * number + 1] = bits | added;
    }
  }

  function listIrregular(word: number, bits: number, base: number): void {
    let index = base;
    for (let b = 0; b < 32; b++) {
      if ((bits & (1 << b)) === 0) continue;
      irregularGranules.push(word * 32 + b);
      irregularIndices.push(index++);
    }
  }

  function scanGroup(group: number, start: number, end: number): void {
    let base = start;
    let at = 0;
    let available = 0;
    let partStart = start;
    lastHigh = -1;
    lastClass = -1;
    openWord = -1;
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
      if (objectCount >= scratchObjects) {
        commit(group, partStart, base + next);
        partStart = base + next;
      }
      if (next !== at) {
        at = next;
        continue;
      }
      const bytesUsed = rareRecord(base + at, end);
      if (bytesUsed < 0) {
        problems.push(unreadableRest(bytesUsed, bytes[at]!, base + at, end));
        end = base + at;
        break;
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
    const layout = rootLayouts.get(tag);
    if (layout === undefined) return heapRecordBytes(window, position, end, idSize);
    const size = rootRecordBytes(tag, idSize)!;
    if (position + size > end) return cutRecord;
    const words = head + 1 + idSize * (1 + layout.extraIds);
    roots.push(
      tag,
      wide ? window.view.getUint32(head + 1) : 0,
      window.view.getUint32(head + 1 + lowAt),
      layout.hasThread ? window.view.getUint32(words) : 0,
      layout.hasFrame ? window.view.getInt32(words + 4) : -1,
    );
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
      roots,
      irregularGranules,
      irregularIndices,
      granules: granuleParts,
      unknownClassIds: [...unknownIds.keys()],
      duplicateIds,
      unindexableIds,
      problems,
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

function unreadableRest(reason: number, tag: number, offset: number, end: number): Problem {
  return reason === cutRecord
    ? {
        code: "truncated",
        message: `An object record at ${offset} does not end within its segment; ${end - offset} bytes were left out.`,
        offset,
        losesData: true,
      }
    : {
        code: "unknown-subrecord",
        message: `Unknown sub-record 0x${tag.toString(16)}; the remaining ${end - offset} bytes of its segment were left out.`,
        offset,
        losesData: true,
      };
}
