import { dictionary } from "../../../base/dictionary";
import { formatCount } from "../../../base/figures";
import { type Heap, isObject, type ObjectIndex } from "../../heap";
import { collectionSizeOf } from "../collections/collection";
import { entriesOf } from "../collections/entries";
import { entryKeyOf, entryValueOf } from "../collections/entry";
import { rootsInWords } from "../paths/rootFacts";
import { displayNameOf } from "./displayNames";
import { arrayElements } from "./elements";
import { queryFault } from "./faults";
import { strongReferees, strongReferrers } from "./neighbours";
import { fromField, fromId, isList, isObjectValue, numberOf, type QueryValue, textOf } from "./values";

/** A longer list is refused: cut, it would be counted wrongly. */
const maximumList = 5_000_000;

type Attribute = (heap: Heap, object: ObjectIndex) => QueryValue;

/** `x.@name`: what the heap knows of an object besides its fields. Names as Eclipse MAT has them. */
export const attributes: Readonly<Record<string, Attribute>> = dictionary({
  objectId: (_heap, object) => object,
  objectAddress: (heap, object) => heap.idOf(object),
  usedHeapSize: (heap, object) => heap.shallowSizeOf(object),
  retainedHeapSize: (heap, object) => heap.retainedSizeOf(object),
  displayName: (heap, object) => displayNameOf(heap, object),
  clazz: (heap, object) => ({ object: heap.classObjectOf(heap.classOf(object)) }),
  class: (heap, object) => asValue(heap.classObjectOf(heap.classOf(object))),
  classLoaderId: (heap, object) => {
    const loader = heap.indexOf(
      heap.classes.loaderIdOf(heap.classOfClassObject(object) ?? heap.classOf(object)),
    );
    return loader ?? null;
  },
  valueArray: (heap, object) => {
    const type = heap.elementTypeOf(object);
    return type === undefined || type === "object" ? null : wholeArray(heap, object);
  },
  referenceArray: (heap, object) => {
    if (heap.elementTypeOf(object) !== "object") return null;
    return heap.elementIdsOf(object, 0, withinList(heap.lengthOf(object)));
  },
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

function wholeArray(heap: Heap, object: ObjectIndex): QueryValue {
  return arrayElements(heap, object, 0, withinList(heap.lengthOf(object)));
}

/** @throws ExhumeError `invalid` for a list that is too long to be made */
function withinList(length: number): number {
  if (length <= maximumList) return length;
  const what = `A list of ${formatCount(length)} values is too long for a query, which takes ${formatCount(maximumList)}`;
  throw queryFault(what, 0);
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
  heap.referrersOf(object).map(asValue),
);
const outgoing = ofObject("objects it refers to", (heap, object) =>
  [...new Set(heap.referencesOf(object).map(({ target }) => target))].map(asValue),
);
const referrers = ofObject("objects that keep it", (heap, object) =>
  strongReferrers(heap, object).map(asValue),
);
const referees = ofObject("objects its fields and elements keep", (heap, object) =>
  strongReferees(heap, object, false).map(asValue),
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
    heap.dominatedBy(object, 0, withinList(heap.dominatedCountOf(object))).map(asValue),
  ),
  dominatorof: ofObject("its immediate dominator", (heap, object) => {
    const dominator = heap.immediateDominatorOf(object);
    return isObject(dominator) ? asValue(dominator) : null;
  }),
  inbounds: incoming,
  referrers,
  outbounds: outgoing,
  referees,
  size: ofObject("elements of a collection", (heap, object) => collectionSizeOf(heap, object)?.size ?? null),
  capacity: ofObject(
    "slots of a collection's array",
    (heap, object) => collectionSizeOf(heap, object)?.capacity ?? null,
  ),
  elements: ofObject("elements, or values, of a collection", (heap, object) => {
    const values: QueryValue[] = [];
    for (const entry of entriesOf(heap, object)) {
      withinList(values.push(fromField(heap, entryValueOf(entry))));
    }
    return values;
  }),
  keys: ofObject("keys of a map", (heap, object) => {
    const keys: QueryValue[] = [];
    for (const entry of entriesOf(heap, object)) {
      const key = entryKeyOf(entry);
      if (key !== undefined) withinList(keys.push(fromField(heap, key)));
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
  getReferenceArray: attributes["referenceArray"]!,
  getValueArray: attributes["valueArray"]!,
});

/** Methods of lists that functions give. */
export const listMembers: Readonly<Record<string, (list: readonly QueryValue[]) => QueryValue>> = dictionary({
  size: (list: readonly QueryValue[]) => list.length,
  length: (list: readonly QueryValue[]) => list.length,
  isEmpty: (list: readonly QueryValue[]) => list.length === 0,
});

/** Functions over all rows of a result or a group. */
export const aggregates = new Set(["count", "sum", "min", "max", "avg"]);
