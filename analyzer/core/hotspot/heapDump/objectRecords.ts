import { ExhumeError } from "../../../base/errors";
import { heapTag } from "../../../formats/hprof/tags";

import { followerOf } from "../movedObjects";
import { stackChunkBytes } from "../objectLayout";
import { type ReferenceForm, shiftOf } from "../referenceForm";
import type { HeapPages } from "./heapPages";
import { recordKind, stepCopies, stepUnit, type VirtualHeapDump } from "./virtualHeapDump";

/** Before the fields: tag, id, trace, class, length. */
export const instanceHeaderBytes = 25;
export const objectArrayHeaderBytes = 25;
export const primitiveArrayHeaderBytes = 18;

const idBytes = 8;
const fewBytes = 48;
/** Classes found by header, as many as there are places. */
const cachePlaces = 1 << 12;

/** Whether records are made with what is in them, or their headers only. */
export type RecordParts = "whole" | "headers";

/** Makes the records of objects from their memory. One a thread: it has a window of its own. */
export interface ObjectRecords {
  /**
   * Writes the records of the objects from an address on into view[from, to), which ends where a record ends.
   * @throws ExhumeError `changedOnDisk` when the memory is not what was walked
   */
  write(address: number, view: DataView, from: number, to: number): void;
  /** Writes what the record of an array has in [from, to) of its own bytes, at `at` of the view. */
  writeArrayPart(address: number, from: number, to: number, view: DataView, at: number): void;
  /** Where the next object may begin, and how many bytes of the file this one takes. */
  measure(address: number): { readonly end: number; readonly bytes: number };
}

export function newObjectRecords(
  dump: Pick<VirtualHeapDump, "layout" | "references" | "classes" | "moved">,
  pages: HeapPages,
  parts: RecordParts = "whole",
): ObjectRecords {
  const isWhole = parts === "whole";
  const { layout, classes } = dump;
  const { kinds, ids, heapBytes, fieldBytes, elementTypes, elementShifts, stepStart, steps } = classes;
  const { alignment, lengthAt, klassIn } = layout;
  const markShift = layout.markKlassShift - 32;
  const mirrors = new Set(classes.mirrors);
  const indexByHeader = new Map<number, number>();
  classes.headers.forEach((header, index) => {
    if (header !== 0) indexByHeader.set(header, index);
  });
  const cachedHeaders = new Float64Array(cachePlaces).fill(-1);
  const cachedClasses = new Int32Array(cachePlaces);
  const idHigh = Uint32Array.from(ids, (id) => Math.floor(id / 2 ** 32));
  const idLow = Uint32Array.from(ids, (id) => id % 2 ** 32);
  const referenceBytes = dump.references.form === "narrow" ? 4 : 8;
  const { moved } = dump;
  const follow = followerOf(moved);
  const writeReference = followingWriter(referenceWriter(dump.references), moved && follow);

  function changed(address: number): ExhumeError {
    const what = `what is at 0x${address.toString(16)} of the Java heap is not what was walked`;
    return new ExhumeError({ code: "changedOnDisk", file: "the core", what });
  }

  /** Class of the object whose first 16 bytes are at an index of the window. */
  function classAt(index: number, address: number): number {
    const { view } = pages;
    const header =
      klassIn === "narrow"
        ? view.getUint32(index + 8, true)
        : klassIn === "mark"
          ? view.getUint32(index + 4, true) >>> markShift
          : view.getUint32(index + 12, true) * 0x1_0000_0000 + view.getUint32(index + 8, true);
    const place = (header ^ (header / 4096)) & (cachePlaces - 1);
    if (cachedHeaders[place] === header) return cachedClasses[place]!;
    const found = indexByHeader.get(header);
    if (found === undefined) throw changed(address);
    cachedHeaders[place] = header;
    cachedClasses[place] = found;
    return found;
  }

  function instanceSize(type: number, index: number): number {
    const bytes = heapBytes[type]!;
    switch (kinds[type]) {
      case recordKind.mirror:
        return 8 * pages.view.getUint32(index + classes.mirrorSizeAt, true);
      case recordKind.stackChunk:
        return bytes + stackChunkBytes(pages.view.getInt32(index + classes.chunkSizeAt, true), layout);
      default:
        return bytes;
    }
  }

  /** Bytes of an instance that tell how long it is and what it stands for, and its fields. */
  function knownBytes(type: number): number {
    const { mirrorSizeAt, mirrorKlassAt = 0, chunkSizeAt } = classes;
    switch (kinds[type]) {
      case recordKind.mirror:
        return Math.max(heapBytes[type]!, mirrorSizeAt + 4, mirrorKlassAt + 8);
      case recordKind.stackChunk:
        return Math.max(heapBytes[type]!, chunkSizeAt + 4);
      default:
        return heapBytes[type]!;
    }
  }

  /**
   * Class objects are written with their classes, as HotSpot writes them; those of classes that were never loaded, which
   * come out of its archive, or that are not any more, are left out. Those of primitive types are objects like others.
   * Of an object that a collection had copied there is the copy.
   */
  function isDumped(kind: number, address: number, index: number): boolean {
    if (moved !== undefined && follow(address) !== address) return false;
    if (kind !== recordKind.mirror) return true;
    if (mirrors.has(address)) return false;
    const at = classes.mirrorKlassAt;
    return (
      at === undefined ||
      (pages.view.getUint32(index + at, true) | pages.view.getUint32(index + at + 4, true)) === 0
    );
  }

  function measure(address: number): { readonly end: number; readonly bytes: number } {
    const type = classAt(pages.at(address, 16), address);
    const kind = kinds[type]!;
    if (kind === recordKind.objectArray || kind === recordKind.primitiveArray) {
      const elements = pages.view.getUint32(pages.at(address, lengthAt + 4) + lengthAt, true);
      const heapSize = heapBytes[type]! + elements * 2 ** elementShifts[type]!;
      const isPrimitive = kind === recordKind.primitiveArray;
      const bytes = isPrimitive
        ? primitiveArrayHeaderBytes + elements * 2 ** elementShifts[type]!
        : objectArrayHeaderBytes + elements * idBytes;
      return { end: address + align(heapSize), bytes: isDumped(kind, address, 0) ? bytes : 0 };
    }
    const index = pages.at(address, knownBytes(type));
    const size = instanceSize(type, index);
    if (size <= 0) throw changed(address);
    const hasRecord = isDumped(kind, address, index);
    return { end: address + align(size), bytes: hasRecord ? instanceHeaderBytes + fieldBytes[type]! : 0 };
  }

  function write(address: number, out: DataView, from: number, to: number): void {
    let at = from;
    let object = address;
    while (at < to) {
      let index = pages.at(object, 16);
      const type = classAt(index, object);
      const kind = kinds[type]!;
      if (kind === recordKind.instance || kind === recordKind.mirror || kind === recordKind.stackChunk) {
        const bytes = heapBytes[type]!;
        if (kind !== recordKind.instance) index = pages.at(object, knownBytes(type));
        else if (isWhole) index = pages.at(object, bytes);
        const size = kind === recordKind.instance ? bytes : instanceSize(type, index);
        if (size <= 0) throw changed(object);
        if (isDumped(kind, object, index)) {
          const length = fieldBytes[type]!;
          if (at + instanceHeaderBytes + length > to) throw changed(object);
          out.setUint8(at, heapTag.instance);
          out.setUint32(at + 1, object / 0x1_0000_0000);
          out.setUint32(at + 5, object % 0x1_0000_0000);
          out.setUint32(at + 9, 0);
          out.setUint32(at + 13, idHigh[type]!);
          out.setUint32(at + 17, idLow[type]!);
          out.setUint32(at + 21, length);
          if (isWhole) writeFields(type, index, out, at + instanceHeaderBytes);
          at += instanceHeaderBytes + length;
        }
        object += align(size);
        continue;
      }
      const lengthIndex = pages.at(object, lengthAt + 4);
      const elements = pages.view.getUint32(lengthIndex + lengthAt, true);
      const shift = elementShifts[type]!;
      const size = heapBytes[type]! + elements * 2 ** shift;
      if (!isDumped(kind, object, lengthIndex)) {
        object += align(size);
        continue;
      }
      const isPrimitive = kind === recordKind.primitiveArray;
      const header = isPrimitive ? primitiveArrayHeaderBytes : objectArrayHeaderBytes;
      const length = header + elements * (isPrimitive ? 2 ** shift : idBytes);
      if (at + length > to) throw changed(object);
      out.setUint8(at, isPrimitive ? heapTag.primitiveArray : heapTag.objectArray);
      out.setUint32(at + 1, object / 0x1_0000_0000);
      out.setUint32(at + 5, object % 0x1_0000_0000);
      out.setUint32(at + 9, 0);
      out.setUint32(at + 13, elements);
      if (isPrimitive) out.setUint8(at + 17, elementTypes[type]!);
      else {
        out.setUint32(at + 17, idHigh[type]!);
        out.setUint32(at + 21, idLow[type]!);
      }
      if (isWhole && elements > 0) {
        index = pages.at(object, isPrimitive ? size : heapBytes[type]! + elements * referenceBytes);
        writeElements(kind, shift, index + heapBytes[type]!, elements, out, at + header);
      }
      at += length;
      object += align(size);
    }
  }

  function writeFields(type: number, index: number, out: DataView, start: number): void {
    const { view } = pages;
    let at = start;
    for (let k = stepStart[type]!, end = stepStart[type + 1]!; k < end; k++) {
      const step = steps[k]!;
      const field = index + (step >>> 3);
      switch (step & (stepUnit - 1)) {
        case stepCopies.reference:
          writeReference(view, field, out, at);
          at += 8;
          break;
        case stepCopies.int:
          out.setUint32(at, view.getUint32(field, true));
          at += 4;
          break;
        case stepCopies.byte:
          out.setUint8(at, view.getUint8(field));
          at += 1;
          break;
        case stepCopies.long:
          out.setUint32(at, view.getUint32(field + 4, true));
          out.setUint32(at + 4, view.getUint32(field, true));
          at += 8;
          break;
        default:
          out.setUint16(at, view.getUint16(field, true));
          at += 2;
      }
    }
  }

  function writeElements(
    kind: number,
    shift: number,
    index: number,
    elements: number,
    out: DataView,
    start: number,
  ): void {
    const { view, bytes } = pages;
    let at = start;
    if (kind === recordKind.objectArray) {
      const end = index + elements * referenceBytes;
      for (let element = index; element < end; element += referenceBytes, at += idBytes)
        writeReference(view, element, out, at);
      return;
    }
    const end = index + elements * 2 ** shift;
    switch (shift) {
      case 0:
        if (elements >= fewBytes) {
          new Uint8Array(out.buffer, out.byteOffset + at, elements).set(bytes.subarray(index, end));
          return;
        }
        // A view costs more than a short text.
        for (let element = index; element < end; element++, at++) out.setUint8(at, bytes[element]!);
        return;
      case 1:
        for (let element = index; element < end; element += 2, at += 2)
          out.setUint16(at, view.getUint16(element, true));
        return;
      case 2:
        for (let element = index; element < end; element += 4, at += 4)
          out.setUint32(at, view.getUint32(element, true));
        return;
      default:
        for (let element = index; element < end; element += 8, at += 8) {
          out.setUint32(at, view.getUint32(element + 4, true));
          out.setUint32(at + 4, view.getUint32(element, true));
        }
    }
  }

  const pieceBytes = 64 << 10;
  const head = new DataView(new ArrayBuffer(objectArrayHeaderBytes));

  function writeArrayPart(address: number, from: number, to: number, out: DataView, start: number): void {
    const index = pages.at(address, Math.max(16, lengthAt + 4));
    const type = classAt(index, address);
    const isPrimitive = kinds[type] === recordKind.primitiveArray;
    if (!isPrimitive && kinds[type] !== recordKind.objectArray) throw changed(address);
    const elements = pages.view.getUint32(index + lengthAt, true);
    const header = isPrimitive ? primitiveArrayHeaderBytes : objectArrayHeaderBytes;
    head.setUint8(0, isPrimitive ? heapTag.primitiveArray : heapTag.objectArray);
    head.setUint32(1, address / 0x1_0000_0000);
    head.setUint32(5, address % 0x1_0000_0000);
    head.setUint32(13, elements);
    if (isPrimitive) head.setUint8(17, elementTypes[type]!);
    else {
      head.setUint32(17, idHigh[type]!);
      head.setUint32(21, idLow[type]!);
    }
    let position = from;
    let at = start;
    for (; position < to && position < header; position++) out.setUint8(at++, head.getUint8(position));
    const shift = elementShifts[type]!;
    const unit = isPrimitive ? 2 ** shift : idBytes;
    const heapUnit = isPrimitive ? 2 ** shift : referenceBytes;
    const elementsAt = address + heapBytes[type]!;
    const one = new DataView(new ArrayBuffer(idBytes));
    if (!isWhole) return;
    while (position < to) {
      const element = Math.floor((position - header) / unit);
      if (element >= elements) throw changed(address);
      const within = (position - header) % unit;
      if (within !== 0 || to - position < unit) {
        // An element that the stretch cuts.
        const source = pages.at(elementsAt + element * heapUnit, heapUnit);
        writeElements(kinds[type]!, shift, source, 1, one, 0);
        for (let byte = within; byte < unit && position < to; byte++, position++)
          out.setUint8(at++, one.getUint8(byte));
        continue;
      }
      const some = Math.min(Math.floor((to - position) / unit), pieceBytes / heapUnit);
      const source = pages.at(elementsAt + element * heapUnit, some * heapUnit);
      writeElements(kinds[type]!, shift, source, some, out, at);
      at += some * unit;
      position += some * unit;
    }
  }

  function align(bytes: number): number {
    const rest = bytes % alignment;
    return rest === 0 ? bytes : bytes + alignment - rest;
  }

  return { write, writeArrayPart, measure };
}

/** Leads references to where objects are that a collection had moved. */
function followingWriter(
  write: WriteReference,
  follow: ((address: number) => number) | undefined,
): WriteReference {
  if (follow === undefined) return write;
  return (view, index, out, at) => {
    write(view, index, out, at);
    const address = out.getUint32(at) * 0x1_0000_0000 + out.getUint32(at + 4);
    const now = follow(address);
    if (now === address) return;
    out.setUint32(at, now / 0x1_0000_0000);
    out.setUint32(at + 4, now % 0x1_0000_0000);
  };
}

type WriteReference = (view: DataView, index: number, out: DataView, at: number) => void;

function referenceWriter(references: ReferenceForm): WriteReference {
  switch (references.form) {
    case "narrow": {
      const { base, shift } = references;
      const unit = 2 ** shift;
      return (view, index, out, at) => {
        const raw = view.getUint32(index, true);
        const address = raw === 0 ? 0 : base + raw * unit;
        out.setUint32(at, address / 0x1_0000_0000);
        out.setUint32(at + 4, address % 0x1_0000_0000);
      };
    }
    case "wide":
      return (view, index, out, at) => {
        out.setUint32(at, view.getUint32(index + 4, true));
        out.setUint32(at + 4, view.getUint32(index, true));
      };
    case "masked": {
      const { mask, good } = references;
      const maskHigh = Number(mask >> 32n);
      const maskLow = Number(mask & 0xffff_ffffn);
      const goodHigh = Number(good >> 32n);
      const goodLow = Number(good & 0xffff_ffffn);
      return (view, index, out, at) => {
        const high = view.getUint32(index + 4, true);
        const low = view.getUint32(index, true);
        const isNull = (high | low) === 0;
        out.setUint32(at, isNull ? 0 : (high & maskHigh) | goodHigh);
        out.setUint32(at + 4, isNull ? 0 : (low & maskLow) | goodLow);
      };
    }
    case "shifted": {
      const { lowestColourBit } = references;
      return (view, index, out, at) => {
        const low = view.getUint32(index, true);
        const high = view.getUint32(index + 4, true);
        const shift = shiftOf(low & 0xffff, lowestColourBit);
        out.setUint32(at, high >>> shift);
        out.setUint32(at + 4, ((high << (32 - shift)) | (low >>> shift)) >>> 0);
      };
    }
  }
}
