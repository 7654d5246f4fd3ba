import { dictionary } from "../../../base/dictionary";
import { type Heap, isObject, type ObjectIndex } from "../../heap";
import { collectionSizeOf } from "../collections/collection";
import { entriesOf } from "../collections/entries";
import { entryKeyOf, entryValueOf } from "../collections/entry";
import { labelOf } from "../objects/labels";
import { rootsInWords } from "../paths/rootFacts";
import { fromField, fromId, isList, isObjectValue, numberOf, type QueryValue, textOf } from "./values";

/** Lists made by functions are cut here. */
const maximumList = 10_000;

type Attribute = (heap: Heap, object: ObjectIndex) => QueryValue;

/** `x.@name`: what the heap knows of an object besides its fields. Names as Eclipse MAT has them. */
export const attributes: Readonly<Record<string, Attribute>> = dictionary({
  objectId: (_heap, object) => object,
  objectAddress: (heap, object) => heap.idOf(object),
  usedHeapSize: (heap, object) => heap.shallowSizeOf(object),
  retainedHeapSize: (heap, object) => heap.retainedSizeOf(object),
  displayName: (heap, object) => displayName(heap, object),
  clazz: (heap, object) => ({ object: heap.classObjectOf(heap.classOf(object)) }),
  className: (heap, object) => heap.classNameOf(object),
  name: (heap, object) => {
    const type = heap.classOfClassObject(object);
    return type === undefined ? heap.classNameOf(object) : heap.classes.nameOf(type);
  },
  length: (heap, object) => (heap.elementTypeOf(object) === undefined ? null : heap.lengthOf(object)),
  size: (heap, object) => collectionSizeOf(heap, object)?.size ?? null,
  capacity: (heap, object) => collectionSizeOf(heap, object)?.capacity ?? null,
  GCRootInfo: (heap, object) => rootsInWords(heap, object).join(", ") || null,
  superClass: (heap, object) => {
    const type = heap.classOfClassObject(object);
    const above = type === undefined ? undefined : heap.classes.superclassOf(type);
    return above === undefined ? null : { object: heap.classObjectOf(above) };
  },
  classLoader: (heap, object) =>
    fromId(heap, heap.classes.loaderIdOf(heap.classOfClassObject(object) ?? heap.classOf(object))),
  numberOfObjects: (heap, object) => {
    const type = heap.classOfClassObject(object);
    return type === undefined ? null : heap.classes.instanceCountOf(type);
  },
});

function displayName(heap: Heap, object: ObjectIndex): string {
  const label = labelOf(heap, object);
  const name = `${heap.classNameOf(object)} @ 0x${heap.idOf(object).toString(16)}`;
  return label === undefined ? name : `${name} ${label}`;
}

interface QueryFunction {
  readonly parameters: number;
  /** For completion and the documentation. */
  readonly says: string;
  readonly call: (heap: Heap, parameters: readonly QueryValue[]) => QueryValue;
}

function ofObject(says: string, call: (heap: Heap, object: ObjectIndex) => QueryValue): QueryFunction {
  return {
    parameters: 1,
    says,
    call: (heap, [value]) => {
      if (value === undefined || value === null) return null;
      return isObjectValue(value) ? call(heap, value.object) : null;
    },
  };
}

const retained = ofObject("retained size in bytes", (heap, object) => heap.retainedSizeOf(object));
const incoming = ofObject("objects that refer to it", (heap, object) =>
  heap.referrersOf(object).slice(0, maximumList).map(asValue),
);
const outgoing = ofObject("objects it refers to", (heap, object) =>
  heap
    .referencesOf(object)
    .slice(0, maximumList)
    .map(({ target }) => asValue(target)),
);

function asValue(object: ObjectIndex): QueryValue {
  return { object };
}

/** Functions, by their name in lower case: those of MAT, those of VisualVM, and what both lack. */
export const functions: Readonly<Record<string, QueryFunction>> = dictionary({
  tostring: { parameters: 1, says: "its text", call: (heap, [value]) => textOf(heap, value ?? null) },
  tohex: {
    parameters: 1,
    says: "a number in hexadecimal",
    call: (heap, [value]) => {
      const number = numberOf(heap, value ?? null);
      return number === undefined ? null : `0x${number.toString(16)}`;
    },
  },
  classof: ofObject("its class", (heap, object) => asValue(heap.classObjectOf(heap.classOf(object)))),
  sizeof: ofObject("shallow size in bytes", (heap, object) => heap.shallowSizeOf(object)),
  rsizeof: retained,
  retainedsize: retained,
  objectid: ofObject("its id", (heap, object) => heap.idOf(object)),
  dominators: ofObject("objects it dominates directly", (heap, object) =>
    heap.dominatedBy(object, 0, maximumList).map(asValue),
  ),
  dominatorof: ofObject("its immediate dominator", (heap, object) => {
    const dominator = heap.immediateDominatorOf(object);
    return isObject(dominator) ? asValue(dominator) : null;
  }),
  inbounds: incoming,
  referrers: incoming,
  outbounds: outgoing,
  referees: outgoing,
  size: ofObject("elements of a collection", (heap, object) => collectionSizeOf(heap, object)?.size ?? null),
  capacity: ofObject(
    "slots of a collection's array",
    (heap, object) => collectionSizeOf(heap, object)?.capacity ?? null,
  ),
  elements: ofObject("elements, or values, of a collection", (heap, object) => {
    const values: QueryValue[] = [];
    for (const entry of entriesOf(heap, object)) {
      if (values.push(fromField(heap, entryValueOf(entry))) >= maximumList) break;
    }
    return values;
  }),
  keys: ofObject("keys of a map", (heap, object) => {
    const keys: QueryValue[] = [];
    for (const entry of entriesOf(heap, object)) {
      const key = entryKeyOf(entry);
      if (key !== undefined && keys.push(fromField(heap, key)) >= maximumList) break;
    }
    return keys;
  }),
  length: {
    parameters: 1,
    says: "length of an array, a text or a list",
    call: (heap, [value]) => lengthOf(heap, value ?? null),
  },
  root: ofObject(
    "what kind of GC root it is",
    (heap, object) => rootsInWords(heap, object).join(", ") || null,
  ),
});

function lengthOf(heap: Heap, value: QueryValue): QueryValue {
  if (typeof value === "string") return value.length;
  if (value === null) return null;
  if (isList(value)) return value.length;
  if (!isObjectValue(value)) return null;
  if (heap.elementTypeOf(value.object) !== undefined) return heap.lengthOf(value.object);
  return heap.classNameOf(value.object) === "java.lang.String" ? textOf(heap, value).length : null;
}

/** Methods of texts (and of the Strings of the dump), as Java and JavaScript name them. */
export const textMethods: Readonly<
  Record<string, (text: string, parameters: readonly string[]) => QueryValue>
> = {
  startsWith: (text, [part]) => text.startsWith(part ?? ""),
  endsWith: (text, [part]) => text.endsWith(part ?? ""),
  contains: (text, [part]) => text.includes(part ?? ""),
  includes: (text, [part]) => text.includes(part ?? ""),
  indexOf: (text, [part]) => text.indexOf(part ?? ""),
  equals: (text, [other]) => text === other,
  equalsIgnoreCase: (text, [other]) => text.toLowerCase() === other?.toLowerCase(),
  toLowerCase: (text) => text.toLowerCase(),
  toUpperCase: (text) => text.toUpperCase(),
  trim: (text) => text.trim(),
  length: (text) => text.length,
  isEmpty: (text) => text.length === 0,
  toString: (text: string) => text,
};

/** Methods of objects that read nothing but what is in the dump. */
export const objectMethods: Readonly<Record<string, Attribute>> = dictionary({
  size: (heap, object) => collectionSizeOf(heap, object)?.size ?? null,
  isEmpty: (heap, object) => (collectionSizeOf(heap, object)?.size ?? 0) === 0,
  getClass: (heap, object) => asValue(heap.classObjectOf(heap.classOf(object))),
  getName: attributes["name"]!,
  getObjectAddress: attributes["objectAddress"]!,
  getUsedHeapSize: attributes["usedHeapSize"]!,
  getRetainedHeapSize: attributes["retainedHeapSize"]!,
  getDisplayName: attributes["displayName"]!,
  getLength: attributes["length"]!,
});

/** Functions over all rows of a result or a group. */
export const aggregates = new Set(["count", "sum", "min", "max", "avg"]);
