import { type ByteSource, readUpTo } from "../../../base/byteSource";
import { basicTypeBytes, basicTypeName, heapTag, primitiveBytes } from "../../../formats/hprof/tags";
import { readId } from "../../../formats/hprof/window";
import type { BasicType, ClassIndex, FieldValue, ObjectIndex, Value } from "../../heap";
import { classChain } from "../index/classRows";
import type { HeapColumns } from "../index/heapColumns";
import { type NodeFinder, noNode } from "../scan/nodeFinder";
import { readValue } from "./fieldValues";
import type { RecordReader } from "./recordReader";
import { targetAt } from "./targets";

/** Ids and elements are read in pieces of so many. */
const elementsAtOnce = 1 << 14;
/** So many bytes of an array are taken from what was read around them. */
const keptBytes = 16 << 10;

const arraysKept = 4;
/** A power of two. */
const recordsKept = 64;

export interface SlotLimits {
  /** Slots of longer arrays are looked through each time. */
  readonly mostSlotsKept?: number;
}

interface ObjectRecord {
  readonly object: number;
  readonly tag: number;
  /** Where fields or elements begin in the file. */
  readonly data: number;
  /** Bytes of fields, or elements. */
  readonly length: number;
  /** Code of the elements' type. */
  readonly type: number;
}

interface FieldPlace {
  readonly offset: number;
  readonly type: BasicType;
}

/** Reads what objects hold from their records: fields and elements. Class objects have neither. */
export function openContents(
  columns: HeapColumns,
  source: ByteSource,
  records: RecordReader,
  nodes: NodeFinder,
  { mostSlotsKept = 1 << 22 }: SlotLimits,
) {
  const { objectCount, classes: rows, idSize } = columns;
  const { classByObject, arrayUnits } = columns.objects;
  const headBytes = 9 + 2 * idSize;
  const kept = new Array<ObjectRecord | undefined>(recordsKept).fill(undefined);
  const lowWords = new Map<number, Uint32Array>();
  /** Of the nearest field of a name, by class; null where there is none. */
  const fieldPlaces = new Map<string, (FieldPlace | null | undefined)[]>();

  /** Tag, element count and where the elements begin; undefined for class objects. */
  function recordOf(object: number): ObjectRecord | undefined {
    if (object >= objectCount) return undefined;
    // One object is asked for several things in turn, and what it refers to in between.
    const slot = object & (recordsKept - 1);
    const known = kept[slot];
    if (known?.object === object) return known;
    const record = readRecord(object);
    kept[slot] = record;
    return record;
  }

  function readRecord(object: number): ObjectRecord {
    const position = records.positionOf(object);
    const available = Math.min(headBytes, source.byteLength - position);
    const index = records.require(position, Math.max(10 + idSize, available));
    const { view, bytes } = records.window;
    const tag = bytes[index]!;
    if (tag === heapTag.instance) {
      const length = view.getUint32(index + 5 + 2 * idSize);
      return { object, tag, data: position + headBytes, length, type: 0 };
    }
    const length = view.getUint32(index + 5 + idSize);
    if (tag === heapTag.objectArray) return { object, tag, data: position + headBytes, length, type: 2 };
    return { object, tag, data: position + 10 + idSize, length, type: bytes[index + 9 + idSize]! };
  }

  function fieldsOf(object: number): FieldValue[] {
    const record = recordOf(object);
    if (record?.tag !== heapTag.instance) return [];
    const index = records.require(record.data, record.length);
    const { view } = records.window;
    const result: FieldValue[] = [];
    let offset = 0;
    for (let type = classByObject[object]!; type >= 0; type = rows[type]!.superclass) {
      for (const field of rows[type]!.fields) {
        const bytes = basicTypeBytes(basicTypeName.indexOf(field.type), idSize);
        if (offset + bytes > record.length) return result;
        const value = readValue(view, index + offset, field.type, idSize);
        result.push({ declaredBy: type as ClassIndex, name: field.name, value });
        offset += bytes;
      }
    }
    return result;
  }

  function fieldPlaceOf(type: number, name: string): FieldPlace | null {
    let places = fieldPlaces.get(name);
    if (places === undefined) {
      places = [];
      fieldPlaces.set(name, places);
    }
    const known = places[type];
    if (known !== undefined) return known;
    const place = findField(type, name);
    places[type] = place;
    return place;
  }

  function findField(type: number, name: string): FieldPlace | null {
    let offset = 0;
    for (const row of classChain(rows, type)) {
      for (const field of row.fields) {
        if (field.name === name) return { offset, type: field.type };
        offset += basicTypeBytes(basicTypeName.indexOf(field.type), idSize);
      }
    }
    return null;
  }

  /** Where a field of an instance is in the window; -1 when there is none of the name. */
  function indexOfField(object: number, place: FieldPlace | null): number {
    if (place === null) return -1;
    const record = recordOf(object);
    if (record?.tag !== heapTag.instance) return -1;
    const bytes = basicTypeBytes(basicTypeName.indexOf(place.type), idSize);
    if (place.offset + bytes > record.length) return -1;
    return records.require(record.data + place.offset, bytes);
  }

  function placeIn(object: number, name: string): FieldPlace | null {
    if (object >= objectCount || arrayUnits[object] !== 0) return null;
    return fieldPlaceOf(classByObject[object]!, name);
  }

  function fieldOf(object: number, name: string): Value | undefined {
    const place = placeIn(object, name);
    const index = indexOfField(object, place);
    return index < 0 ? undefined : readValue(records.window.view, index, place!.type, idSize);
  }

  function referenceIn(object: number, name: string): number | undefined {
    const place = placeIn(object, name);
    const index = place?.type === "object" ? indexOfField(object, place) : -1;
    if (index < 0) return undefined;
    const { view } = records.window;
    const high = idSize === 8 ? view.getUint32(index) : 0;
    const low = view.getUint32(index + idSize - 4);
    const node = (high | low) === 0 ? noNode : nodes.nodeAt(high, low);
    return node === noNode ? undefined : node;
  }

  /** Visits slots start … start+count-1 of an object array, as places in a view. */
  function forEachSlot(
    object: number,
    start: number,
    count: number,
    visit: (view: DataView, index: number) => void,
  ): void {
    const record = recordOf(object);
    if (record?.tag !== heapTag.objectArray) return;
    const upto = Math.min(record.length, start + count);
    for (let from = Math.max(0, start); from < upto; from += elementsAtOnce) {
      const some = Math.min(elementsAtOnce, upto - from);
      const index = records.require(record.data + from * idSize, some * idSize);
      const { view } = records.window;
      for (let k = 0; k < some; k++) visit(view, index + k * idSize);
    }
  }

  function elementIdsOf(object: number, start: number, count: number): bigint[] {
    const ids: bigint[] = [];
    forEachSlot(object, start, count, (view, index) => {
      ids.push(readId(view, index, idSize));
    });
    return ids;
  }

  function elementCountOf(object: number): number {
    const record = recordOf(object);
    return record?.tag === heapTag.objectArray ? record.length : 0;
  }

  function slotInLong(object: number, id: bigint, length: number): number | undefined {
    const low = Number(id & 0xffffffffn);
    let found: number | undefined;
    for (let start = 0; start < length && found === undefined; start += elementsAtOnce) {
      let slot = start;
      forEachSlot(object, start, elementsAtOnce, (view, index) => {
        const isIt = view.getUint32(index + idSize - 4) === low && readId(view, index, idSize) === id;
        if (isIt) found ??= slot;
        slot++;
      });
    }
    return found;
  }

  /** Low halves of the ids in an array. Those of the last ones asked for are kept: a big one is asked for every element. */
  function lowWordsOf(object: number, length: number): Uint32Array {
    const known = lowWords.get(object);
    if (known !== undefined) return known;
    const words = new Uint32Array(length);
    let slot = 0;
    forEachSlot(object, 0, length, (view, index) => {
      words[slot++] = view.getUint32(index + idSize - 4);
    });
    if (lowWords.size >= arraysKept) lowWords.delete(lowWords.keys().next().value!);
    lowWords.set(object, words);
    return words;
  }

  return {
    fieldsOf,
    fieldOf,
    referenceIn: (object: number, name: string) => referenceIn(object, name) as ObjectIndex | undefined,
    slotOf(object: number, id: bigint): number | undefined {
      const length = elementCountOf(object);
      if (length > mostSlotsKept) return slotInLong(object, id, length);
      const low = Number(id & 0xffffffffn);
      const words = lowWordsOf(object, length);
      for (let slot = words.indexOf(low); slot >= 0; slot = words.indexOf(low, slot + 1)) {
        if (idSize === 4 || elementIdsOf(object, slot, 1)[0] === id) return slot;
      }
      return undefined;
    },
    elementIdsOf,
    elementsOf(object: number, start: number, count: number): Float64Array {
      const length = elementCountOf(object);
      const targets = new Float64Array(Math.max(0, Math.min(length, start + count) - Math.max(0, start)));
      let at = 0;
      forEachSlot(object, start, count, (view, index) => {
        targets[at++] = targetAt(nodes, view, index, idSize);
      });
      return targets;
    },
    primitiveBytesOf(object: number, start: number, count: number): Uint8Array {
      const record = recordOf(object);
      if (record?.tag !== heapTag.primitiveArray) return new Uint8Array(0);
      const size = primitiveBytes[record.type]!;
      const upto = Math.min(record.length, start + count);
      if (upto <= start) return new Uint8Array(0);
      const position = record.data + start * size;
      const length = (upto - start) * size;
      const index = length <= keptBytes ? records.window.at(position, length) : -1;
      return index < 0
        ? readUpTo(source, position, length)
        : records.window.bytes.slice(index, index + length);
    },
    elementTypeOf(object: number): BasicType | undefined {
      if (object >= objectCount || arrayUnits[object] === 0) return undefined;
      const record = recordOf(object);
      return record === undefined ? undefined : basicTypeName[record.type];
    },
    lengthOf(object: number): number {
      const record = recordOf(object);
      return record === undefined || record.tag === heapTag.instance ? 0 : record.length;
    },
  };
}
