import { type ByteSource, readUpTo } from "../../../base/byteSource";
import { basicTypeBytes, basicTypeName, heapTag, primitiveBytes } from "../../../formats/hprof/tags";
import { readId } from "../../../formats/hprof/window";
import type { BasicType, ClassIndex, FieldValue, Value } from "../../heap";
import { classChain } from "../index/classRows";
import type { HeapColumns } from "../index/heapColumns";
import type { NodeFinder } from "../scan/nodeFinder";
import { readValue } from "./fieldValues";
import type { RecordReader } from "./recordReader";
import { targetAt } from "./targets";

/** Ids and elements are read in pieces of so many. */
const elementsAtOnce = 1 << 14;

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
) {
  const { objectCount, classes: rows, idSize } = columns;
  const { classByObject, arrayUnits } = columns.objects;
  const headBytes = 9 + 2 * idSize;
  /** Of the nearest field of a name, per class. */
  const fieldPlaces = new Map<string, FieldPlace | undefined>();

  /** Tag, element count and where the elements begin; undefined for class objects. */
  function recordOf(object: number) {
    if (object >= objectCount) return undefined;
    const position = records.positionOf(object);
    const available = Math.min(headBytes, source.byteLength - position);
    const index = records.require(position, Math.max(10 + idSize, available));
    const { view, bytes } = records.window;
    const tag = bytes[index]!;
    if (tag === heapTag.instance) {
      return { tag, data: position + headBytes, length: view.getUint32(index + 5 + 2 * idSize), type: 0 };
    }
    const length = view.getUint32(index + 5 + idSize);
    if (tag === heapTag.objectArray) return { tag, data: position + headBytes, length, type: 2 };
    return { tag, data: position + 10 + idSize, length, type: bytes[index + 9 + idSize]! };
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

  function fieldPlaceOf(type: number, name: string): FieldPlace | undefined {
    const key = `${type} ${name}`;
    if (fieldPlaces.has(key)) return fieldPlaces.get(key);
    let place: FieldPlace | undefined;
    let offset = 0;
    for (const row of classChain(rows, type)) {
      for (const field of row.fields) {
        if (field.name === name && place === undefined) place = { offset, type: field.type };
        offset += basicTypeBytes(basicTypeName.indexOf(field.type), idSize);
      }
    }
    fieldPlaces.set(key, place);
    return place;
  }

  function fieldOf(object: number, name: string): Value | undefined {
    if (object >= objectCount || arrayUnits[object] !== 0) return undefined;
    const place = fieldPlaceOf(classByObject[object]!, name);
    const record = recordOf(object);
    if (place === undefined || record?.tag !== heapTag.instance) return undefined;
    const bytes = basicTypeBytes(basicTypeName.indexOf(place.type), idSize);
    if (place.offset + bytes > record.length) return undefined;
    const index = records.require(record.data + place.offset, bytes);
    return readValue(records.window.view, index, place.type, idSize);
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

  return {
    fieldsOf,
    fieldOf,
    elementIdsOf(object: number, start: number, count: number): bigint[] {
      const ids: bigint[] = [];
      forEachSlot(object, start, count, (view, index) => ids.push(readId(view, index, idSize)));
      return ids;
    },
    elementsOf(object: number, start: number, count: number): Float64Array {
      const record = recordOf(object);
      const length = record?.tag === heapTag.objectArray ? record.length : 0;
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
      return readUpTo(source, record.data + start * size, (upto - start) * size);
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
