import type { ByteSource } from "../../../base/byteSource";
import { readUpTo } from "../../../base/byteSource";
import { unwatched, type Work } from "../../../base/work";
import { basicTypeBytes, basicTypeName, heapTag, primitiveBytes } from "../../../formats/hprof/tags";
import { readId } from "../../../formats/hprof/window";
import { type Csr, othersOf } from "../../graph/edges/csr";
import { openDominators, positionIn } from "../../graph/opened/dominatorQuestions";
import {
  type BasicType,
  type ClassIndex,
  type FieldValue,
  type Heap,
  type HeapThread,
  noTarget,
  type ObjectIndex,
  unknownTarget,
  type Value,
} from "../../heap";
import { classChain } from "../index/classRows";
import { listedApart } from "../index/edgePass";
import type { HeapColumns } from "../index/heapColumns";
import { localsByThread } from "../index/rootGroups";
import { findObject } from "../scan/addressPages";
import { openClassTable } from "./classTable";
import { sweepFields } from "./fieldSweep";
import { makeIdHash } from "./idHash";
import { openRecordReader } from "./recordReader";
import { makeReferenceReader } from "./references";
import { instancesOfClassNode, makeReferrerLists, mostReferrerListBytes } from "./referrerLists";
import { findReferrers } from "./referrers";
import { makeStringReader } from "./strings";
import { readValue } from "./values";

/**
 * Attaches an index to its dump. Costs next to nothing; every thread may have its own.
 * @param stored the file in which columns of the index stayed, if any did
 * @param listBytes the most that lists of referrers may take; above it every question for referrers reads the file
 */
export function openHeap(
  columns: HeapColumns,
  source: ByteSource,
  stored?: ByteSource,
  listBytes: number = mostReferrerListBytes,
): Heap {
  const { objectCount, classes: rows, idSize, addresses } = columns;
  const { classByObject, arrayUnits, offsetSamples } = columns.objects;
  const nodeCount = objectCount + rows.length;
  const classes = openClassTable(columns, source);
  const records = openRecordReader(source, idSize, objectCount, offsetSamples, columns.parts);
  const classIds = makeIdHash(rows.map((row) => row.id));
  const classClass = rows.findIndex((row) => row.name === "java.lang.Class") as ClassIndex;
  const dominators = openDominators(columns.dominators, columns.leftOut, stored, shallowSizeOf);
  const headBytes = 9 + 2 * idSize;

  function indexOf(id: bigint): ObjectIndex | undefined {
    if (id === 0n || id >> 64n !== 0n) return undefined;
    const object = findObject(addresses, Number(id >> 32n), Number(id & 0xffffffffn));
    if (object >= 0) return object as ObjectIndex;
    const type = classIds.get(id);
    return type === undefined ? undefined : ((objectCount + type) as ObjectIndex);
  }

  function idOf(object: number): bigint {
    if (object >= objectCount) return rows[object - objectCount]!.id;
    const index = records.require(records.positionOf(object), 1 + idSize);
    return readId(records.window.view, index + 1, idSize);
  }

  function classOf(object: number): ClassIndex {
    return (object >= objectCount ? classClass : classByObject[object]!) as ClassIndex;
  }

  function shallowSizeOf(object: number): number {
    if (object >= objectCount) return columns.classObjectBytes[object - objectCount]!;
    const units = arrayUnits[object]!;
    if (units === 0) return columns.instanceBytes[classByObject[object]!]!;
    if (units < listedApart) return units * 8;
    return columns.bigArrayBytes[positionIn(columns.bigArrays, object)]!;
  }

  function classOfClassObject(object: ObjectIndex): ClassIndex | undefined {
    return object < objectCount ? undefined : ((object - objectCount) as ClassIndex);
  }

  function classesOf(objects: Uint32Array, into: Uint32Array): void {
    for (let k = 0; k < objects.length; k++) {
      const object = objects[k]!;
      into[k] = object >= objectCount ? classClass : classByObject[object]!;
    }
  }

  function shallowSizesOf(objects: Uint32Array, into: Float64Array): void {
    const { instanceBytes } = columns;
    for (let k = 0; k < objects.length; k++) {
      const object = objects[k]!;
      const units = object >= objectCount ? listedApart : arrayUnits[object]!;
      if (units === 0) into[k] = instanceBytes[classByObject[object]!]!;
      else if (units < listedApart) into[k] = units * 8;
      else into[k] = shallowSizeOf(object);
    }
  }

  /** Tag, element count and where the elements begin; undefined for class objects. */
  function recordOf(object: number) {
    if (object >= objectCount) return undefined;
    const position = records.positionOf(object);
    const available = Math.min(headBytes, source.byteLength - position);
    const index = records.require(position, Math.max(10 + idSize, Math.min(available, headBytes)));
    const { view, bytes } = records.window;
    const tag = bytes[index]!;
    if (tag === heapTag.instance) {
      return {
        tag,
        position,
        data: position + headBytes,
        length: view.getUint32(index + 5 + 2 * idSize),
        type: 0,
      };
    }
    const length = view.getUint32(index + 5 + idSize);
    if (tag === heapTag.objectArray) return { tag, position, data: position + headBytes, length, type: 2 };
    const type = bytes[index + 9 + idSize]!;
    return { tag, position, data: position + 10 + idSize, length, type };
  }

  function fieldsOf(object: number): FieldValue[] {
    const record = recordOf(object);
    if (record?.tag !== heapTag.instance) return [];
    const index = records.require(record.data, record.length);
    const { view } = records.window;
    const result: FieldValue[] = [];
    let offset = 0;
    for (let type: number = classOf(object); type >= 0; type = rows[type]!.superclass) {
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

  /** Offset and type of the nearest field of a name, per class. */
  const fieldPlaces = new Map<string, { readonly offset: number; readonly type: BasicType } | undefined>();
  function placeOf(type: number, name: string) {
    const key = `${type} ${name}`;
    if (fieldPlaces.has(key)) return fieldPlaces.get(key);
    let place: { readonly offset: number; readonly type: BasicType } | undefined;
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
    const place = placeOf(classByObject[object]!, name);
    const record = recordOf(object);
    if (place === undefined || record?.tag !== heapTag.instance) return undefined;
    const bytes = basicTypeBytes(basicTypeName.indexOf(place.type), idSize);
    if (place.offset + bytes > record.length) return undefined;
    const index = records.require(record.data + place.offset, bytes);
    return readValue(records.window.view, index, place.type, idSize);
  }

  function elementIdsOf(object: number, start: number, count: number): bigint[] {
    const record = recordOf(object);
    if (record?.tag !== heapTag.objectArray) return [];
    const upto = Math.min(record.length, start + count);
    const ids: bigint[] = [];
    const step = 4096;
    for (let from = Math.max(0, start); from < upto; from += step) {
      const some = Math.min(step, upto - from);
      const index = records.require(record.data + from * idSize, some * idSize);
      for (let k = 0; k < some; k++) ids.push(readId(records.window.view, index + k * idSize, idSize));
    }
    return ids;
  }

  function elementsOf(object: number, start: number, count: number): Float64Array {
    const record = recordOf(object);
    if (record?.tag !== heapTag.objectArray) return new Float64Array(0);
    const first = Math.max(0, start);
    const targets = new Float64Array(Math.max(0, Math.min(record.length, start + count) - first));
    const step = 1 << 14;
    for (let from = 0; from < targets.length; from += step) {
      const some = Math.min(step, targets.length - from);
      const index = records.require(record.data + (first + from) * idSize, some * idSize);
      const { view } = records.window;
      for (let k = 0; k < some; k++) {
        const at = index + k * idSize;
        const high = idSize === 8 ? view.getUint32(at) : 0;
        const low = view.getUint32(at + idSize - 4);
        const target = (high | low) === 0 ? noTarget : findObject(addresses, high, low);
        targets[from + k] = target < 0 && (high | low) !== 0 ? unknownTarget : target;
      }
    }
    return targets;
  }

  function primitiveBytesOf(object: number, start: number, count: number): Uint8Array {
    const record = recordOf(object);
    if (record?.tag !== heapTag.primitiveArray) return new Uint8Array(0);
    const size = primitiveBytes[record.type]!;
    const upto = Math.min(record.length, start + count);
    if (upto <= start) return new Uint8Array(0);
    return readUpTo(source, record.data + start * size, (upto - start) * size);
  }

  function elementTypeOf(object: number): BasicType | undefined {
    const record = recordOf(object);
    return record === undefined ? undefined : basicTypeName[record.type];
  }

  function lengthOf(object: number): number {
    const record = recordOf(object);
    return record === undefined || record.tag === heapTag.instance ? 0 : record.length;
  }

  const stringOf = makeStringReader({ fieldOf, indexOf, elementTypeOf, lengthOf, primitiveBytesOf });
  const locals = localsByThread(columns.roots, columns.threads);
  const referencesOf = makeReferenceReader(columns, {
    indexOf,
    classOf,
    fieldsOf,
    elementIdsOf,
    lengthOf,
    elementTypeOf,
    staticFieldsOf: classes.staticFieldsOf,
    locals,
  });

  let lists: Csr | "too big" | undefined;
  function listReferrers(work: Work): Csr | "too big" {
    lists ??= makeReferrerLists(columns, source, { indexOf, locals }, work, listBytes) ?? "too big";
    return lists;
  }

  function referrersOf(object: number): number[] {
    const lists = listReferrers(unwatched);
    if (lists === "too big") return findReferrers(columns, source, object, { idOf, locals });
    const listed = othersOf(lists, object);
    const instances = instancesOfClassNode(columns, object);
    if (instances.length === 0) return listed;
    return [...new Set([...listed, ...instances])].sort((a, b) => a - b);
  }

  return {
    ...dominators,
    path: columns.path,
    idSize,
    instanceCount: objectCount,
    nodeCount,
    types: classes,
    typeOf: classOf,
    typesOf: classesOf,
    typeMeantBy: classOfClassObject,
    classes,
    roots: columns.roots,
    threads: columns.threads.map(
      (thread): HeapThread => ({
        serial: thread.serial,
        object: thread.object < 0 ? undefined : (thread.object as ObjectIndex),
        frames: thread.frames,
      }),
    ),
    indexOf,
    idOf,
    classOf,
    classNameOf: (object) => rows[classOf(object)]!.name,
    classOfClassObject,
    classObjectOf: (type) => (objectCount + type) as ObjectIndex,
    shallowSizeOf,
    classesOf,
    shallowSizesOf,
    referencesOf,
    listReferrers,
    referrersOf: (object) => referrersOf(object) as ObjectIndex[],
    forEachInstance(type, visit) {
      if (type === classClass) {
        for (let k = 0; k < rows.length; k++) {
          if (rows[k]!.id !== 0n && visit((objectCount + k) as ObjectIndex) === false) return;
        }
      }
      for (let object = 0; object < objectCount; object++) {
        if (classByObject[object] === type && visit(object as ObjectIndex) === false) return;
      }
    },
    fieldsOf,
    fieldOf,
    elementTypeOf: (object) => {
      const type = elementTypeOf(object);
      return object < objectCount && arrayUnits[object] === 0 ? undefined : type;
    },
    lengthOf,
    elementIdsOf,
    elementsOf,
    sweepFields: (wanted, fields, visit, work) =>
      sweepFields({ columns, source, wanted, fields, work }, (object, targets) =>
        visit(object as ObjectIndex, targets),
      ),
    primitiveBytesOf,
    stringOf,
  };
}
