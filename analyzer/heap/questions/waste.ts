import type { Work } from "../../base/work";
import type { ClassIndex, Heap, ObjectIndex } from "../heap";
import { type Duplicates, defaultDuplicateOptions, duplicateArrays, duplicateStrings } from "./duplicates";
import { holdingOf } from "./holders";
import { classFlags, forEachInstanceOf } from "./instances";

/** Who holds wasteful objects: a field of a class, or arrays of a class. */
export interface WasteHolder {
  /** `com.example.Order#currency`; arrays as `java.lang.Object[]#[]`. */
  readonly holder: string;
  /** Share of the objects that were followed, 0 … 1. */
  readonly share: number;
}

export interface WasteKind {
  readonly name: "boxed numbers" | "constant arrays" | "empty arrays";
  readonly objects: number;
  readonly bytes: number;
  readonly holders: readonly WasteHolder[];
}

export interface Waste {
  readonly strings: Duplicates & { readonly holders: readonly WasteHolder[] };
  readonly arrays: Duplicates & { readonly holders: readonly WasteHolder[] };
  readonly kinds: readonly WasteKind[];
}

/** Objects followed to their holders, per kind. */
const followed = 300;
/** Arrays with fewer elements than this are not called constant. */
const leastConstant = 16;
const comparedBytes = 8192;

/** Memory that says the same thing twice, or nothing at all. */
export function wasteOf(heap: Heap, work: Work): Waste {
  const strings = duplicateStrings(heap, defaultDuplicateOptions, work);
  const arrays = duplicateArrays(heap, defaultDuplicateOptions, work);
  return {
    strings: { ...strings, holders: holdersOf(heap, exampleObjects(strings), work) },
    arrays: { ...arrays, holders: holdersOf(heap, exampleObjects(arrays), work) },
    kinds: [boxedNumbers(heap, work), ...arrayWaste(heap, work)],
  };
}

function exampleObjects(duplicates: Duplicates): ObjectIndex[] {
  return duplicates.groups.map(({ example }) => example);
}

/** Fields that hold the objects, most frequent first. */
export function holdersOf(heap: Heap, objects: readonly ObjectIndex[], work: Work): WasteHolder[] {
  const counts = new Map<string, number>();
  heap.listReferrers(work);
  const looked = evenSample(objects, followed);
  for (const object of looked) {
    work.throwIfCancelled();
    const holding = holdingOf(heap, object);
    if (holding === undefined) continue;
    const field = holding.reference.kind === "element" ? "[]" : holding.field;
    const key = `${holding.className}#${field}`;
    counts.set(key, (counts.get(key) ?? 0) + 1);
  }
  return [...counts]
    .map(([holder, count]) => ({ holder, share: count / Math.max(1, looked.length) }))
    .sort((a, b) => b.share - a.share)
    .slice(0, 20);
}

function evenSample<T>(all: readonly T[], count: number): T[] {
  const stride = Math.max(1, Math.ceil(all.length / count));
  return all.filter((_, position) => position % stride === 0);
}

const boxes = /^java\.lang\.(Integer|Long|Short|Byte|Character|Boolean|Float|Double)$/;

function boxedNumbers(heap: Heap, work: Work): WasteKind {
  const wanted = classFlags(heap, (type) => boxes.test(heap.classes.nameOf(type)));
  let objects = 0;
  let bytes = 0;
  const sample = sampler();
  forEachInstanceOf(heap, wanted, work, "Counting boxed numbers", (object) => {
    if (heap.isKnownGarbage(object)) return;
    objects++;
    bytes += heap.shallowSizeOf(object);
    sample.take(object);
  });
  return { name: "boxed numbers", objects, bytes, holders: holdersOf(heap, sample.taken, work) };
}

/** Primitive arrays of one value over and over, and arrays of no elements. */
function arrayWaste(heap: Heap, work: Work): WasteKind[] {
  const wanted = classFlags(heap, (type) => heap.classes.nameOf(type).endsWith("[]"));
  const constant = { objects: 0, bytes: 0, sample: sampler() };
  const empty = { objects: 0, bytes: 0, sample: sampler() };
  forEachInstanceOf(heap, wanted, work, "Looking into arrays", (object, type) => {
    if (heap.isKnownGarbage(object)) return;
    const length = heap.lengthOf(object);
    const tally = length === 0 ? empty : isConstant(heap, object, type, length) ? constant : undefined;
    if (tally === undefined) return;
    tally.objects++;
    tally.bytes += heap.shallowSizeOf(object);
    tally.sample.take(object);
  });
  return [
    row("constant arrays", constant.objects, constant.bytes, constant.sample.taken),
    row("empty arrays", empty.objects, empty.bytes, empty.sample.taken),
  ];

  function row(
    name: WasteKind["name"],
    objects: number,
    bytes: number,
    taken: readonly ObjectIndex[],
  ): WasteKind {
    return { name, objects, bytes, holders: holdersOf(heap, taken, work) };
  }
}

function isConstant(heap: Heap, object: ObjectIndex, _type: ClassIndex, length: number): boolean {
  const elementType = heap.elementTypeOf(object);
  if (length < leastConstant || elementType === undefined || elementType === "object") return false;
  const bytes = heap.primitiveBytesOf(object, 0, Math.min(length, comparedBytes));
  const width = Math.max(1, Math.floor(bytes.byteLength / Math.min(length, comparedBytes)));
  for (let at = width; at < bytes.byteLength; at++) if (bytes[at] !== bytes[at - width]) return false;
  return true;
}

/** Keeps some of many objects, evenly, without knowing how many there will be. */
function sampler(): { readonly taken: ObjectIndex[]; take(object: ObjectIndex): void } {
  const taken: ObjectIndex[] = [];
  let stride = 1;
  let position = 0;
  return {
    taken,
    take(object) {
      if (position++ % stride !== 0) return;
      taken.push(object);
      if (taken.length < 2 * followed) return;
      for (let at = 0; at < followed; at++) taken[at] = taken[2 * at]!;
      taken.length = followed;
      stride *= 2;
    },
  };
}
