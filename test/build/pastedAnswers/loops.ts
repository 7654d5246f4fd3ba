import { formatHex } from "../../../analyzer/base/units";
import { type Heap, isObject, type ObjectIndex, type Value } from "../../../analyzer/heap/heap";
import { isList, isObjectValue, type QueryValue } from "../../../analyzer/heap/java/query/values";
import type { QueriedHeap } from "../queriedHeap";

/** A cell as it is compared: objects by their index, lists by their elements. */
export type Cell = string | number | boolean | null | readonly Cell[];

/** What a form of a manual should answer. */
export interface Answer {
  readonly form: string;
  readonly rows: () => Cell[][];
  /** Order of rows, and of elements in lists, is nobody's business. */
  readonly inAnyOrder?: true;
  /** Columns that are compared, the first so many; the others are words. */
  readonly columns?: number;
  /** There is none in the dump. */
  readonly isEmpty?: true;
}

/** An object in a cell. */
export const at = (object: ObjectIndex | undefined): Cell => (object === undefined ? null : `@${object}`);

export function plain(value: QueryValue): Cell {
  if (value === null || typeof value === "boolean" || typeof value === "string") return value;
  if (typeof value === "number" || typeof value === "bigint") return Number(value);
  if (isList(value)) return value.map(plain);
  return isObjectValue(value) ? at(value.object) : null;
}

export type Loops = ReturnType<typeof loopsOver>;

/** Loops over a dump that know nothing of queries. */
export function loopsOver(queried: QueriedHeap) {
  const heap: Heap = queried.heap;
  const typed = (name: string) => queried.typed(name);
  const vectors = () => typed("java.util.Vector");
  const allVectors = () => queried.kindOf("java.util.Vector");
  const strings = () => typed("java.lang.String");
  const { shallow, retained, text, number, target } = {
    shallow: (object: ObjectIndex) => heap.shallowSizeOf(object),
    retained: (object: ObjectIndex) => heap.retainedSizeOf(object),
    text: (object: ObjectIndex) => queried.text(object),
    number: (object: ObjectIndex, field: string) => queried.numberIn(object, field),
    target: (object: ObjectIndex, field: string) => queried.target(object, field),
  };
  const length = (object: ObjectIndex | undefined) => (object === undefined ? 0 : heap.lengthOf(object));
  const slot = (array: ObjectIndex, index: number) =>
    index < heap.lengthOf(array) ? heap.indexOf(heap.elementIdsOf(array, index, 1)[0]!) : undefined;
  const whole = (object: ObjectIndex): Cell[] => [at(object), shallow(object), retained(object)];
  const wholes = (objects: readonly ObjectIndex[]) => objects.map(whole);
  const classObject = (name: string) => heap.classObjectOf(heap.classes.findByName(name)[0]!);
  const ints = (array: ObjectIndex) => {
    const bytes = heap.primitiveBytesOf(array, 0, heap.lengthOf(array));
    const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
    return Array.from({ length: heap.lengthOf(array) }, (_, index) => view.getInt32(4 * index));
  };

  /** Strong fields and elements of an object, each target once. */
  const knownReferees = new Map<ObjectIndex, ObjectIndex[]>();
  function referees(object: ObjectIndex): ObjectIndex[] {
    const known = knownReferees.get(object);
    if (known !== undefined) return known;
    const found = heap
      .referencesOf(object)
      .filter(({ kind, strong }) => strong && ["field", "element", "static", "local"].includes(kind));
    const once = [...new Set(found.map(({ target: each }) => each))];
    knownReferees.set(object, once);
    return once;
  }

  /** All that strong references of any kind reach from the roots, but not through `without`. */
  function reachedWithout(without: ReadonlySet<ObjectIndex>): Set<ObjectIndex> {
    const reached = new Set(heap.roots.map(({ object }) => object).filter((object) => !without.has(object)));
    for (const object of reached) {
      for (const { target: each, strong } of heap.referencesOf(object)) {
        if (strong && !without.has(each)) reached.add(each);
      }
    }
    return reached;
  }

  function retainedSet(objects: readonly ObjectIndex[]): ObjectIndex[] {
    const rest = reachedWithout(new Set(objects));
    return [...reachedWithout(new Set())].filter((object) => !rest.has(object));
  }

  const reachables = (object: ObjectIndex) => {
    const found = new Set(referees(object));
    for (const each of found) for (const next of referees(each)) found.add(next);
    found.delete(object);
    return found.size;
  };
  const dominated = (object: ObjectIndex) =>
    queried.all.filter((each) => {
      const dominator = heap.immediateDominatorOf(each);
      return isObject(dominator) && dominator === object;
    });
  const classObjects = () => queried.all.filter((object) => heap.classOfClassObject(object) !== undefined);
  const nameMeant = (object: ObjectIndex) => heap.classes.nameOf(heap.classOfClassObject(object)!);
  const buffers = () => typed("java.nio.DirectByteBuffer");
  /** As an object is shown in words. */
  const shown = (object: ObjectIndex, label: string | undefined) =>
    `${heap.classNameOf(object)} @ ${formatHex(heap.idOf(object))}${label === undefined ? "" : ` ${label}`}`;
  /** Keys and values of a HashMap, by its table and chains. */
  const entriesOf = (map: ObjectIndex): Cell[] => {
    const found: Cell[] = [];
    const table = target(map, "table")!;
    for (const id of heap.elementIdsOf(table, 0, heap.lengthOf(table))) {
      for (let node = heap.indexOf(id); node !== undefined; node = target(node, "next"))
        found.push([at(target(node, "key")), at(target(node, "value"))]);
    }
    return found;
  };
  const statics = (name: string) => heap.classes.staticFieldsOf(heap.classes.findByName(name)[0]!);
  const cellOf = (value: Value): Cell => {
    if (value.type === "object") return at(heap.indexOf(value.id));
    if (value.type === "char") return String.fromCharCode(value.value);
    return typeof value.value === "bigint" ? Number(value.value) : value.value;
  };
  const inWords = (value: Value): string => {
    const object = value.type === "object" ? heap.indexOf(value.id) : undefined;
    if (object === undefined) return String(value.type === "long" ? value.value : cellOf(value));
    if (heap.elementTypeOf(object) !== undefined) return shown(object, `length ${heap.lengthOf(object)}`);
    return shown(object, heap.classNameOf(object) === "java.lang.String" ? `"${text(object)}"` : undefined);
  };
  const chars = (array: ObjectIndex) => {
    const bytes = heap.primitiveBytesOf(array, 0, heap.lengthOf(array));
    return new TextDecoder("utf-16be").decode(bytes);
  };
  const holdersOf = (object: ObjectIndex) => queried.all.filter((each) => referees(each).includes(object));
  return {
    heap,
    queried,
    shown,
    entriesOf,
    statics,
    cellOf,
    inWords,
    chars,
    holdersOf,
    typed,
    vectors,
    allVectors,
    strings,
    length,
    slot,
    whole,
    wholes,
    classObject,
    ints,
    referees,
    reachedWithout,
    retainedSet,
    reachables,
    dominated,
    classObjects,
    nameMeant,
    buffers,
    shallow,
    retained,
    text,
    number,
    target,
  };
}
