import type { Heap, ObjectIndex } from "../../heap";
import { collectionSizeOf } from "../collections/collection";
import { entriesOf } from "../collections/entries";
import { entryKeyOf, entryValueOf } from "../collections/entry";
import { fromField, fromId, isList, isObjectValue, numberOf, type QueryValue } from "./values";

/** Value of a slot of an array of the dump; undefined when it has no such slot, null for a null reference. */
export function arrayElement(heap: Heap, array: ObjectIndex, position: number): QueryValue | undefined {
  return arrayElements(heap, array, position, 1)[0];
}

/** Values of some slots of an array, fewer where it ends. */
export function arrayElements(heap: Heap, array: ObjectIndex, start: number, count: number): QueryValue[] {
  const type = heap.elementTypeOf(array);
  const present = Math.min(count, heap.lengthOf(array) - start);
  if (type === undefined || !(start >= 0) || !(present > 0)) return [];
  if (type === "object") return heap.elementIdsOf(array, start, present).map((id) => fromId(heap, id));
  const bytes = heap.primitiveBytesOf(array, start, present);
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const width = widths[type];
  const whole = Math.min(present, Math.floor(view.byteLength / width));
  return Array.from({ length: whole }, (_, at) => primitiveAt(type, view, at * width));
}

const widths = { boolean: 1, byte: 1, char: 2, short: 2, int: 4, float: 4, long: 8, double: 8 } as const;

function primitiveAt(type: keyof typeof widths, view: DataView, at: number): QueryValue {
  switch (type) {
    case "boolean":
      return view.getUint8(at) !== 0;
    case "byte":
      return view.getInt8(at);
    case "char":
      return String.fromCharCode(view.getUint16(at));
    case "short":
      return view.getInt16(at);
    case "int":
      return view.getInt32(at);
    case "float":
      return view.getFloat32(at);
    case "double":
      return view.getFloat64(at);
    case "long": {
      const value = view.getBigInt64(at);
      const number = Number(value);
      return Number.isSafeInteger(number) ? number : value;
    }
  }
}

/** `x[i]` of MAT: of arrays, lists, collections and texts; a negative place counts from the end. */
export function elementOf(heap: Heap, of: QueryValue, index: QueryValue): QueryValue {
  const position = numberOf(heap, index);
  return position === undefined
    ? null
    : (elementRange(heap, of, Number(position), Number(position))[0] ?? null);
}

/** `x[first:last]`, both included. Of a map its entries. */
export function elementRange(heap: Heap, of: QueryValue, first: QueryValue, last: QueryValue): QueryValue[] {
  const length = lengthOf(heap, of);
  const start = placeOf(heap, first, length);
  const end = placeOf(heap, last, length);
  if (start === undefined || end === undefined || start < 0 || end < start) return [];
  const count = Math.min(end, length - 1) - start + 1;
  if (isList(of) || typeof of === "string") return [...of.slice(start, start + Math.max(0, count))];
  if (of === null || !isObjectValue(of)) return [];
  if (heap.elementTypeOf(of.object) !== undefined) return arrayElements(heap, of.object, start, count);
  return collectionElements(heap, of.object, start, count);
}

function lengthOf(heap: Heap, of: QueryValue): number {
  if (isList(of) || typeof of === "string") return of.length;
  if (of === null || !isObjectValue(of)) return 0;
  if (heap.elementTypeOf(of.object) !== undefined) return heap.lengthOf(of.object);
  return collectionSizeOf(heap, of.object)?.size ?? 0;
}

function placeOf(heap: Heap, value: QueryValue, length: number): number | undefined {
  const place = numberOf(heap, value);
  if (place === undefined) return undefined;
  return Number(place) < 0 ? length + Number(place) : Number(place);
}

/** Elements of a collection; of a map a pair of key and value for each entry. */
function collectionElements(heap: Heap, object: ObjectIndex, start: number, count: number): QueryValue[] {
  const found: QueryValue[] = [];
  if (count <= 0) return found;
  for (const entry of entriesOf(heap, object, start)) {
    const key = entryKeyOf(entry);
    const value = fromField(heap, entryValueOf(entry));
    found.push(key === undefined ? value : [fromField(heap, key), value]);
    if (found.length >= count) break;
  }
  return found;
}
