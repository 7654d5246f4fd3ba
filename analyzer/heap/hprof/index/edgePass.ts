import { heapRecordBytes } from "../../../formats/hprof/heapRecords";
import { heapTag, primitiveBytes } from "../../../formats/hprof/tags";
import { Window } from "../../../formats/hprof/window";
import { popCount } from "../../graph/bits";
import { listedDegree, type PartEdges, severalReferrers } from "../../graph/edges/graphColumns";
import type { Pass, PassContext } from "../../graph/parallel";
import {
  type AddressIndex,
  highWords,
  irregularBase,
  pageBits,
  slotsPerBlock,
  wordsPerPage,
} from "../scan/addressPages";
import type { ArraySizes, Part } from "../scan/scanInput";
import { findClass, type KernelClasses } from "./kernelClasses";

/** Objects between two sampled file offsets: a power of two. */
export const offsetSampleStep = 64;
/** Cell of {@link ObjectColumns.arrayUnits} of arrays whose size is listed apart. */
export const listedApart = 255;

/** Per-object columns the edge pass fills; all shared. */
export interface ObjectColumns {
  readonly classByObject: Uint16Array | Uint32Array;
  /** Arrays: size in units of 8 bytes, {@link listedApart} for bigger ones; 0 for instances. */
  readonly arrayUnits: Uint8Array;
  /** File offset of every {@link offsetSampleStep}th object's record. */
  readonly offsetSamples: Float64Array;
}

/**
 * Pass 2: reads the objects of all parts, writes their columns and resolves every strong reference to the index
 * of its target. Parts are independent; references of a part are its own array, so that nothing is allocated by guess.
 */
export interface EdgeInput {
  readonly idSize: number;
  readonly parts: readonly Part[];
  /** [0] next part; shared by all workers. */
  readonly control: Int32Array;
  /** [0] bytes read, for progress. */
  readonly totals: Float64Array;
  readonly addresses: AddressIndex;
  readonly classes: KernelClasses;
  readonly sizes: ArraySizes;
  readonly unknownClass: number;
  readonly objectCount: number;
  /** false fills the columns only and resolves no references. */
  readonly references: boolean;
  readonly columns: ObjectColumns;
  /** References per node, `listedDegree` for more. */
  outDegree: Uint8Array;
}

/** What was read of a part. */
export interface PartRecords {
  readonly part: number;
  readonly edges: PartEdges;
  /** Arrays whose size does not fit, ascending, and their sizes in bytes. */
  readonly bigArrays: Uint32Array;
  readonly bigArrayBytes: Float64Array;
}

export interface EdgeOutput {
  readonly parts: readonly PartRecords[];
  /** References to ids no object of the file has. */
  readonly dangling: number;
  /**
   * Referrers of every node among the objects this worker read, saturating at {@link severalReferrers}. Each worker
   * counts for itself: counting together takes an atomic operation per reference, which was half of the pass.
   */
  readonly inDegree: Uint8Array;
}

/** A reference that leads nowhere. */
const noNode = 0xffffffff;
const chunkBytes = 2 << 20;
const slack = 64;
/** 40 MiB: more than glibc ever keeps for itself. */
const blockTargets = 10 << 20;

export const edgePass: Pass<EdgeInput, EdgeOutput> = { name: "edges", run: readEdges };

function readEdges(input: EdgeInput, context: PassContext): EdgeOutput {
  const reader = newReader(input, context);
  const parts: PartRecords[] = [];
  for (;;) {
    const part = Atomics.add(input.control, 0, 1);
    if (part >= input.parts.length) break;
    parts.push(reader.readPart(part));
  }
  return { parts, dangling: reader.dangling(), inDegree: reader.inDegree };
}

/** Adds up what the workers counted, in the first one's column. */
export function sumInDegrees(columns: readonly Uint8Array[]): Uint8Array {
  const total = columns[0]!;
  const words = new Int32Array(total.buffer);
  for (const column of columns.slice(1)) {
    const others = new Int32Array(column.buffer);
    for (let k = 0; k < words.length; k++) {
      // Four bytes at once: the sums are 0 to 4, and two and more is several.
      const sum = words[k]! + others[k]!;
      const several = ((sum >>> 1) | (sum >>> 2)) & 0x01010101;
      words[k] = (several << 1) | (sum & 0x01010101 & ~several);
    }
  }
  return total;
}

function newReader(input: EdgeInput, context: PassContext) {
  const { idSize, addresses, classes, sizes, columns, references, outDegree, objectCount } = input;
  const nodeCount = references ? objectCount + classes.count : 0;
  // Whole words, so that columns can be added up by words.
  const inDegree = new Uint8Array(new SharedArrayBuffer((nodeCount + 3) & ~3));
  const { shift, blocks, slots, words } = addresses.pages;
  const permutation = addresses.permutation;
  const irregular = new Map<number, number>();
  addresses.irregularGranules.forEach((granule, k) => {
    irregular.set(granule, addresses.irregularIndices[k]!);
  });
  const { classByObject, arrayUnits, offsetSamples } = columns;
  const { fieldStart, fieldOffsets, dataBytes, primitiveArrayClass } = classes;
  const { source } = context;
  const window = new Window(source, 1 << 16);
  const longest = input.parts.reduce((most, part) => Math.max(most, part.end - part.start), 0);
  const bufferBytes = Math.min(chunkBytes, Math.max(64, longest));
  const bytes = new Uint8Array(bufferBytes + slack);
  const view = new DataView(bytes.buffer);
  const wide = idSize === 8;
  const lowAt = idSize - 4;
  const lowMask = (1 << shift) - 1;
  const pageShift = pageBits + shift;
  const pageMask = 2 ** pageShift - 1;
  const wordShift = shift + 5;
  const blockSlots = slotsPerBlock(shift);
  const headerByType = Float64Array.from({ length: 12 }, (_, type) => sizes.headerBytes[type] ?? 0);
  const elementBytesByType = Uint8Array.from({ length: 256 }, (_, type) => primitiveBytes[type] ?? 0);
  const referenceHeader = sizes.headerBytes[2]!;
  const { referenceBytes, alignment } = sizes;

  /**
   * Targets of part after part, written where they stay. Blocks this large are given back to the system when the
   * last part in them is done with; small ones would stay with the allocator.
   */
  let targets: Uint32Array = new Uint32Array(0);
  let partFirst = 0;
  let targetCount = 0;
  let dangling = 0;
  let object = 0;
  let listedDegrees: number[] = [];
  let bigArrays: number[] = [];
  let bigArrayBytes: number[] = [];

  /** Node at an id: an object, else a class object, else {@link noNode}. Unsigned all the way, for speed. */
  function nodeAt(high: number, low: number): number {
    if (high < highWords && (low & lowMask) === 0) {
      const block = blocks[high]!;
      if (block !== 0) {
        const page = slots[(block - 1) * blockSlots + (low >>> pageShift)]!;
        if (page !== 0) {
          const word = 2 * ((page - 1) * wordsPerPage + ((low & pageMask) >>> wordShift));
          const bits = words[word + 1]!;
          const position = (low >>> shift) & 31;
          if (((bits >>> position) & 1) !== 0) {
            const base = words[word]!;
            if (base === irregularBase) return irregular.get(word * 16 + position)!;
            const rank = (base + popCount(bits & ~(-1 << position))) >>> 0;
            return permutation === undefined ? rank : permutation[rank]!;
          }
        }
      }
    }
    const type = findClass(classes, high, low);
    return type < 0 ? noNode : objectCount + type;
  }

  function classOf(high: number, low: number): number {
    const type = findClass(classes, high, low);
    return type < 0 ? input.unknownClass : type;
  }

  /** Appends the target of one reference. For object arrays and rare records; {@link hot} has it inlined. */
  function addReference(high: number, low: number, from: number): void {
    if ((high | low) === 0) return;
    const target = nodeAt(high, low);
    if (target === noNode) dangling++;
    else if (target !== from) {
      targets[targetCount++] = target;
      if (inDegree[target]! < severalReferrers) inDegree[target]!++;
    }
  }

  function ensureRoom(references: number): void {
    if (targetCount + references <= targets.length) return;
    const own = targetCount - partFirst;
    // The part moves into a block of its own; doubled, so that a giant array moves seldom.
    const room = Math.max(blockTargets, own === 0 ? references : 2 * (own + references));
    const bigger = new Uint32Array(new SharedArrayBuffer(4 * room));
    bigger.set(targets.subarray(partFirst, targetCount));
    targets = bigger;
    partFirst = 0;
    targetCount = own;
  }

  function endObject(
    type: number,
    units: number,
    sizeBytes: number,
    position: number,
    firstTarget: number,
  ): void {
    classByObject[object] = type;
    if (units < listedApart) arrayUnits[object] = units;
    else {
      arrayUnits[object] = listedApart;
      bigArrays.push(object);
      bigArrayBytes.push(sizeBytes);
    }
    const degree = targetCount - partFirst - firstTarget;
    if (references && degree < listedDegree) outDegree[object] = degree;
    else if (references) {
      outDegree[object] = listedDegree;
      listedDegrees.push(degree);
    }
    if (object % offsetSampleStep === 0) offsetSamples[object / offsetSampleStep] = position;
    object++;
  }

  /** Consumes the instances and arrays that lie wholly within bytes[start, limit). */
  function hot(start: number, limit: number, base: number): number {
    let at = start;
    let index = object;
    let count = targetCount;
    const list = targets;
    let cacheHigh = -1;
    let cacheLow = -1;
    let cacheClass = -1;
    while (at < limit) {
      const tag = bytes[at]!;
      if ((tag < heapTag.instance || tag > heapTag.primitiveArray) && tag !== heapTag.primitiveArrayNoData)
        break;
      const q = at + 1 + idSize;
      const firstTarget = count;
      let type = 0;
      let units = 0;
      let size = 0;
      let next = 0;
      let from = 0;
      let upto = 0;
      let data = 0;
      if (tag === heapTag.instance) {
        data = q + 8 + idSize;
        next = data + view.getUint32(q + 4 + idSize);
        if (next > limit) break;
        const classHigh = wide ? view.getUint32(q + 4) : 0;
        const classLow = view.getUint32(q + 4 + lowAt);
        if (classLow === cacheLow && classHigh === cacheHigh) type = cacheClass;
        else {
          type = classOf(classHigh, classLow);
          cacheLow = classLow;
          cacheHigh = classHigh;
          cacheClass = type;
        }
        from = fieldStart[type]!;
        upto = !references || next - data < dataBytes[type]! ? from : fieldStart[type + 1]!;
      } else if (tag === heapTag.objectArray) {
        const elements = view.getUint32(q + 4);
        data = q + 8 + idSize;
        next = data + elements * idSize;
        if (next > limit) break;
        const classHigh = wide ? view.getUint32(q + 8) : 0;
        const classLow = view.getUint32(q + 8 + lowAt);
        if (classLow === cacheLow && classHigh === cacheHigh) type = cacheClass;
        else {
          type = classOf(classHigh, classLow);
          cacheLow = classLow;
          cacheHigh = classHigh;
          cacheClass = type;
        }
        size = Math.ceil((referenceHeader + elements * referenceBytes) / alignment) * alignment;
        units = size / 8;
        upto = references ? elements : 0;
      } else {
        const code = bytes[q + 8]!;
        const elementBytes = elementBytesByType[code]!;
        if (elementBytes === 0) break;
        const dataBytes = view.getUint32(q + 4) * elementBytes;
        next = tag === heapTag.primitiveArray ? q + 9 + dataBytes : q + 9;
        if (next > limit && tag === heapTag.primitiveArray && q + 9 > limit) break;
        type = primitiveArrayClass[code]!;
        size = Math.ceil((headerByType[code]! + dataBytes) / alignment) * alignment;
        units = size / 8;
      }
      if (tag === heapTag.instance) {
        for (let k = from; k < upto; k++) {
          const field = data + fieldOffsets[k]!;
          const low = view.getUint32(field + lowAt);
          const high = wide ? view.getUint32(field) : 0;
          if ((low | high) === 0) continue;
          const target = nodeAt(high, low);
          if (target === noNode) dangling++;
          else if (target !== index) {
            list[count++] = target;
            const referrers = inDegree[target]!;
            if (referrers < severalReferrers) inDegree[target] = referrers + 1;
          }
        }
      } else {
        const end = data + upto * idSize;
        for (let element = data; element < end; element += idSize) {
          const low = view.getUint32(element + lowAt);
          const high = wide ? view.getUint32(element) : 0;
          if ((low | high) === 0) continue;
          const target = nodeAt(high, low);
          if (target === noNode) dangling++;
          else if (target !== index) {
            list[count++] = target;
            const referrers = inDegree[target]!;
            if (referrers < severalReferrers) inDegree[target] = referrers + 1;
          }
        }
      }
      classByObject[index] = type;
      if (units < listedApart) arrayUnits[index] = units;
      else {
        arrayUnits[index] = listedApart;
        bigArrays.push(index);
        bigArrayBytes.push(size);
      }
      if (references) {
        const degree = count - firstTarget;
        if (degree < listedDegree) outDegree[index] = degree;
        else {
          outDegree[index] = listedDegree;
          listedDegrees.push(degree);
        }
      }
      if ((index & (offsetSampleStep - 1)) === 0) offsetSamples[index / offsetSampleStep] = base + at;
      index++;
      at = next;
    }
    object = index;
    targetCount = count;
    return at;
  }

  function readPart(number: number): PartRecords {
    const part = input.parts[number]!;
    const { end } = part;
    const lastObject = part.firstObject + part.objects;
    partFirst = targetCount;
    object = part.firstObject;
    listedDegrees = [];
    bigArrays = [];
    bigArrayBytes = [];
    let base = part.start;
    let at = 0;
    let available = 0;
    while (base + at < end && object < lastObject) {
      if (at >= available) {
        context.throwIfCancelled();
        base += at;
        at = 0;
        available = source.read(base, bytes.subarray(0, Math.min(bufferBytes, end - base)));
        if (available === 0) break;
        input.totals[0] = input.totals[0]! + available;
      }
      const atEnd = base + available >= end;
      if (references) ensureRoom(Math.ceil((available - at) / idSize));
      const next = hot(at, available, base);
      if (next !== at) {
        at = next;
        continue;
      }
      const position = base + at;
      const tag = bytes[at]!;
      if (tag === heapTag.objectArray && available - at < end - position) {
        at = readLongArray(position, base, at);
        base = position;
        available = at;
        // The window holds the middle of the array's segment: go on behind it with fresh bytes.
        continue;
      }
      if (isObject(tag) && !atEnd && at > 0) {
        // Cut by the end of the buffer: read on from its beginning.
        available = at;
        continue;
      }
      const used = heapRecordBytes(window, position, end, idSize);
      if (used < 0) break;
      if (isObject(tag)) readLongInstance(position);
      at += used;
    }
    // The file became shorter since the scan: what is missing has no class and no references.
    while (object < lastObject)
      endObject(Math.max(0, input.unknownClass), 0, 0, part.start, targetCount - partFirst);
    const count = targetCount - partFirst;
    const own = count === 0 ? new Uint32Array(0) : targets.subarray(partFirst, targetCount);
    return {
      part: number,
      edges: { targets: own, listedDegrees: Uint32Array.from(listedDegrees) },
      bigArrays: Uint32Array.from(bigArrays),
      bigArrayBytes: Float64Array.from(bigArrayBytes),
    };
  }

  /** An object array that does not end in the buffer. @returns its size with its header. */
  function readLongArray(position: number, _base: number, at: number): number {
    const q = at + 1 + idSize;
    let elements = 0;
    let type = 0;
    if (q + 8 + idSize <= bytes.length) {
      const head = window.at(position, 9 + 2 * idSize);
      elements = window.view.getUint32(head + 5 + idSize);
      type = classOf(
        wide ? window.view.getUint32(head + 9 + idSize) : 0,
        window.view.getUint32(head + 9 + idSize + lowAt),
      );
    }
    const firstTarget = targetCount - partFirst;
    const headBytes = 9 + 2 * idSize;
    let left = references ? elements : 0;
    let from = position + headBytes;
    while (left > 0) {
      context.throwIfCancelled();
      const some = Math.min(left, Math.floor(bufferBytes / idSize));
      const got = source.read(from, bytes.subarray(0, some * idSize));
      input.totals[0] = input.totals[0]! + got;
      const whole = Math.floor(got / idSize);
      ensureRoom(whole);
      for (let k = 0; k < whole; k++) {
        addReference(wide ? view.getUint32(k * 8) : 0, view.getUint32(k * idSize + lowAt), object);
      }
      if (whole < some) break;
      left -= some;
      from += some * idSize;
    }
    const size = Math.ceil((referenceHeader + elements * referenceBytes) / alignment) * alignment;
    endObject(type, size / 8, size, position, firstTarget);
    return headBytes + elements * idSize;
  }

  /** An instance longer than the buffer (only a hostile file has one): its fields are read one by one. */
  function readLongInstance(position: number): void {
    const head = window.at(position, 9 + 2 * idSize);
    const at = head + 5 + idSize;
    const type = classOf(wide ? window.view.getUint32(at) : 0, window.view.getUint32(at + lowAt));
    const firstTarget = targetCount - partFirst;
    for (let k = fieldStart[type]!; references && k < fieldStart[type + 1]!; k++) {
      const field = window.at(position + 9 + 2 * idSize + fieldOffsets[k]!, idSize);
      if (field < 0) break;
      ensureRoom(1);
      addReference(wide ? window.view.getUint32(field) : 0, window.view.getUint32(field + lowAt), object);
    }
    endObject(type, 0, 0, position, firstTarget);
  }

  return { readPart, inDegree, dangling: () => dangling };
}

function isObject(tag: number): boolean {
  return tag >= heapTag.instance && tag <= heapTag.primitiveArray;
}
