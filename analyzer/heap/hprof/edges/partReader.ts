import { heapRecordBytes } from "../../../formats/hprof/heapRecords";
import { heapTag, isObjectTag, primitiveBytes } from "../../../formats/hprof/tags";
import { Window } from "../../../formats/hprof/window";
import { listedDegree, severalReferrers } from "../../graph/edges/graphColumns";
import type { PassContext } from "../../graph/parallel";
import { classAtId } from "../index/kernelClasses";
import { newNodeFinder, noNode } from "../scan/nodeFinder";
import { bytesOfChunk } from "./chunkLengths";
import { type EdgeInput, listedApart, type Misfits, offsetSampleStep, type PartRecords } from "./edgeInput";
import { TargetList } from "./targetList";

const chunkBytes = 2 << 20;
const slack = 64;

/** Reads parts one after another, each into its own array of targets. */
export function newPartReader(input: EdgeInput, context: PassContext) {
  const { idSize, addresses, classes, sizes, columns, references, outDegree, objectCount } = input;
  const nodeCount = references ? objectCount + classes.count : 0;
  // Whole words, so that columns can be added up by words.
  const inDegree = new Uint8Array(new SharedArrayBuffer((nodeCount + 3) & ~3));
  const { nodeAt } = newNodeFinder(addresses, classes, objectCount);
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
  const headerByType = Float64Array.from({ length: 12 }, (_, type) => sizes.headerBytes[type] ?? 0);
  const elementBytesByType = Uint8Array.from({ length: 256 }, (_, type) => primitiveBytes[type] ?? 0);
  const referenceHeader = sizes.headerBytes[2]!;
  const { referenceBytes, alignment } = sizes;

  const { stackChunks } = input;
  const chunkType = stackChunks?.type ?? -1;

  const targets = new TargetList();
  let dangling = 0;
  let misfits = 0;
  let firstMisfit = Number.POSITIVE_INFINITY;
  let object = 0;
  let listedDegrees: number[] = [];
  let bigArrays: number[] = [];
  let bigArrayBytes: number[] = [];

  function classOf(high: number, low: number): number {
    const type = classAtId(classes, high, low);
    return type < 0 ? input.unknownClass : type;
  }

  /** A record of such a length was damaged: it may have others in it. Of a class that is not in the file nothing is known. */
  function addMisfit(type: number, position: number): void {
    if (type === input.unknownClass) return;
    misfits++;
    firstMisfit = Math.min(firstMisfit, position);
  }

  /** Appends the target of one reference. For object arrays and rare records; {@link hot} has it inlined. */
  function addReference(high: number, low: number, from: number): void {
    if ((high | low) === 0) return;
    const target = nodeAt(high, low);
    if (target === noNode) dangling++;
    else if (target !== from) {
      targets.cells[targets.count++] = target;
      if (inDegree[target]! < severalReferrers) inDegree[target]!++;
    }
  }

  function listApart(index: number, sizeBytes: number): void {
    bigArrays.push(index);
    bigArrayBytes.push(sizeBytes);
  }

  /** Of a stack chunk, by its data. */
  function chunkBytesAt(data: number, dataEnd: number): number {
    const { wordsAt } = stackChunks!;
    return bytesOfChunk(stackChunks!, data + wordsAt + 4 <= dataEnd ? view.getInt32(data + wordsAt) : -1);
  }

  function endObject(
    type: number,
    units: number,
    sizeBytes: number,
    position: number,
    firstTarget: number,
  ): void {
    classByObject[object] = type;
    if (units === 0 && type === chunkType) listApart(object, sizeBytes);
    else if (units < listedApart) arrayUnits[object] = units;
    else {
      arrayUnits[object] = listedApart;
      listApart(object, sizeBytes);
    }
    const degree = targets.count - targets.first - firstTarget;
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
    let count = targets.count;
    const list = targets.cells;
    let cacheHigh = -1;
    let cacheLow = -1;
    let cacheClass = -1;
    while (at < limit) {
      const tag = bytes[at]!;
      // As isObjectTag, in place.
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
        if (next - data !== dataBytes[type]!) addMisfit(type, base + at);
        upto = !references || next - data < dataBytes[type]! ? from : fieldStart[type + 1]!;
        if (type === chunkType) size = chunkBytesAt(data, next);
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
        if (q + 9 > limit) break;
        const code = bytes[q + 8]!;
        const elementBytes = elementBytesByType[code]!;
        if (elementBytes === 0) break;
        const dataBytes = view.getUint32(q + 4) * elementBytes;
        next = tag === heapTag.primitiveArray ? q + 9 + dataBytes : q + 9;
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
      if (units === 0) {
        arrayUnits[index] = 0;
        if (type === chunkType) listApart(index, size);
      } else if (units < listedApart) arrayUnits[index] = units;
      else {
        arrayUnits[index] = listedApart;
        listApart(index, size);
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
    targets.count = count;
    return at;
  }

  function readPart(number: number): PartRecords {
    const part = input.parts[number]!;
    const { end } = part;
    const lastObject = part.firstObject + part.objects;
    targets.beginPart();
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
      if (references) targets.ensureRoom(Math.ceil((available - at) / idSize));
      const next = hot(at, available, base);
      if (next !== at) {
        at = next;
        continue;
      }
      const position = base + at;
      const tag = bytes[at]!;
      if (tag === heapTag.objectArray && available - at < end - position) {
        at = readLongArray(position, at);
        base = position;
        available = at;
        // The window holds the middle of the array's segment: go on behind it with fresh bytes.
        continue;
      }
      if (isObjectTag(tag) && !atEnd && at > 0) {
        // Cut by the end of the buffer: read on from its beginning.
        available = at;
        continue;
      }
      const used = heapRecordBytes(window, position, end, idSize);
      if (used < 0) break;
      if (isObjectTag(tag)) readLongInstance(position, used);
      at += used;
    }
    // The file became shorter since the scan: what is missing has no class and no references.
    while (object < lastObject)
      endObject(Math.max(0, input.unknownClass), 0, 0, part.start, targets.count - targets.first);
    return {
      part: number,
      edges: { targets: targets.ofPart(), listedDegrees: Uint32Array.from(listedDegrees) },
      bigArrays: Uint32Array.from(bigArrays),
      bigArrayBytes: Float64Array.from(bigArrayBytes),
    };
  }

  /** An object array that does not end in the buffer. @returns its size with its header. */
  function readLongArray(position: number, at: number): number {
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
    const firstTarget = targets.count - targets.first;
    const headBytes = 9 + 2 * idSize;
    let left = references ? elements : 0;
    let from = position + headBytes;
    while (left > 0) {
      context.throwIfCancelled();
      const some = Math.min(left, Math.floor(bufferBytes / idSize));
      const got = source.read(from, bytes.subarray(0, some * idSize));
      input.totals[0] = input.totals[0]! + got;
      const whole = Math.floor(got / idSize);
      targets.ensureRoom(whole);
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
  function readLongInstance(position: number, recordBytes: number): void {
    const head = window.at(position, 9 + 2 * idSize);
    const at = head + 5 + idSize;
    const type = classOf(wide ? window.view.getUint32(at) : 0, window.view.getUint32(at + lowAt));
    if (recordBytes - (9 + 2 * idSize) !== dataBytes[type]!) addMisfit(type, position);
    const firstTarget = targets.count - targets.first;
    for (let k = fieldStart[type]!; references && k < fieldStart[type + 1]!; k++) {
      const field = window.at(position + 9 + 2 * idSize + fieldOffsets[k]!, idSize);
      if (field < 0) break;
      targets.ensureRoom(1);
      addReference(wide ? window.view.getUint32(field) : 0, window.view.getUint32(field + lowAt), object);
    }
    endObject(type, 0, stackChunks?.emptyBytes ?? 0, position, firstTarget);
  }

  return {
    readPart,
    inDegree,
    dangling: () => dangling,
    misfits: (): Misfits => ({ count: misfits, firstOffset: firstMisfit }),
  };
}
