import { ExhumeError } from "../../../base/errors";
import type { Work } from "../../../base/work";
import type { BasicType, ClassIndex, Heap, ObjectIndex, Value } from "../../heap";
import { type CollectionSize, collectionSizeOf, shapeOf } from "../collections/collection";
import { entriesOf } from "../collections/entries";
import type { Entry } from "../collections/entry";
import { arrayValues } from "../collections/primitives";
import type { CollectionKind } from "../collections/shapes";
import { stringOf } from "./strings";

/** A field with its value, for the inspector. */
export interface InspectedField {
  readonly declaredBy: ClassIndex;
  readonly name: string;
  readonly static: boolean;
  readonly type: BasicType;
  readonly value: Value;
}

export interface InspectedObject {
  readonly object: ObjectIndex;
  /** The class a class object stands for. */
  readonly asClass: ClassIndex | undefined;
  /** Own and inherited fields; of class objects the static ones. */
  readonly fields: readonly InspectedField[];
  /** Element type and length of an array. */
  readonly array: { readonly type: BasicType; readonly length: number } | undefined;
  readonly collection: (CollectionSize & { readonly kind: CollectionKind }) | undefined;
  /** Text of a string, at most {@link maximumText} characters. */
  readonly text: string | undefined;
}

const maximumText = 20_000;

export function inspectObject(heap: Heap, object: ObjectIndex): InspectedObject {
  const asClass = heap.classOfClassObject(object);
  const elementType = asClass === undefined ? heap.elementTypeOf(object) : undefined;
  const shape = shapeOf(heap, object);
  const size = shape === undefined ? undefined : collectionSizeOf(heap, object);
  return {
    object,
    asClass,
    fields: asClass === undefined ? instanceFields(heap, object) : staticFields(heap, asClass),
    array: elementType === undefined ? undefined : { type: elementType, length: heap.lengthOf(object) },
    collection: shape === undefined || size === undefined ? undefined : { kind: shape.kind, ...size },
    text: heap.classNameOf(object) === "java.lang.String" ? stringOf(heap, object, maximumText) : undefined,
  };
}

function instanceFields(heap: Heap, object: ObjectIndex): InspectedField[] {
  return heap
    .fieldsOf(object)
    .map(({ declaredBy, name, value }) => ({ declaredBy, name, static: false, type: value.type, value }));
}

/** Statics of the class and of its superclasses. */
function staticFields(heap: Heap, type: ClassIndex): InspectedField[] {
  return heap.classes
    .staticFieldsOf(type)
    .map(({ declaredBy, name, value }) => ({ declaredBy, name, static: true, type: value.type, value }));
}

/** One part of an array: values of primitives, ids of references. */
export interface ArrayPart {
  readonly type: BasicType;
  readonly length: number;
  readonly start: number;
  readonly values: readonly Value[];
}

/** @throws ExhumeError `invalid` when the object is not an array. */
export function arrayPart(heap: Heap, object: ObjectIndex, start: number, count: number): ArrayPart {
  const type = heap.elementTypeOf(object);
  if (type === undefined) {
    throw new ExhumeError({ code: "invalid", what: `a ${heap.classNameOf(object)} is not an array` });
  }
  const length = heap.lengthOf(object);
  const from = Math.max(0, Math.min(start, length));
  const wanted = Math.max(0, Math.min(count, length - from));
  return { type, length, start: from, values: arrayValues(heap, object, from, wanted) };
}

export interface EntryPart {
  readonly start: number;
  readonly entries: readonly Entry[];
  /** By the collection's own counter; when it has none, what was walked so far, and `moreToCome`. */
  readonly total: number;
  readonly moreToCome: boolean;
}

/**
 * One page of the logical view of a collection.
 * @throws ExhumeError `invalid` when the object is not a known collection.
 */
export function entryPart(
  heap: Heap,
  object: ObjectIndex,
  start: number,
  count: number,
  work: Work,
): EntryPart {
  if (shapeOf(heap, object) === undefined) {
    throw new ExhumeError({
      code: "invalid",
      what: `a ${heap.classNameOf(object)} is not a collection Exhume knows`,
    });
  }
  const entries: Entry[] = [];
  let moreToCome = false;
  let walked = 0;
  for (const entry of entriesOf(heap, object, start, work)) {
    if (walked++ % 4096 === 0) work.throwIfCancelled();
    if (entries.length >= count) {
      moreToCome = true;
      break;
    }
    entries.push(entry);
  }
  const counted = collectionSizeOf(heap, object)?.size;
  return { start, entries, total: counted ?? start + entries.length, moreToCome };
}
