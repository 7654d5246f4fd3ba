import type { Work } from "../../../base/work";
import { forEachInstanceOf, typeFlags } from "../../graph/opened/instances";
import type { Heap, ObjectIndex } from "../../heap";
import { commonHolders } from "../paths/commonHolders";
import { haveSameBytes, repeats } from "./comparedBytes";
import {
  type Duplicates,
  defaultDuplicateOptions,
  duplicateArrays,
  duplicateStrings,
  type FoundDuplicates,
  primitiveArray,
} from "./duplicates";
import { evenSampler } from "./evenSampler";
import { isScrubbed } from "./scrubbedContents";

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

/** Objects followed to their holders, per kind, at most. */
const followed = 600;
const mostHolders = 20;
/** Arrays with fewer elements than this are not called constant. */
const leastConstant = 16;
const readElements = 8192;

/** Memory that says the same thing twice, or nothing at all. */
export function wasteOf(heap: Heap, work: Work): Waste {
  return {
    strings: withHolders(heap, duplicateStrings(heap, defaultDuplicateOptions, work), work),
    arrays: withHolders(heap, duplicateArrays(heap, defaultDuplicateOptions, work), work),
    kinds: [boxedNumbers(heap, work), ...arrayWaste(heap, work)],
  };
}

function withHolders(heap: Heap, { copies, ...found }: FoundDuplicates, work: Work): Waste["strings"] {
  return { ...found, holders: holdersOf(heap, copies(followed, work), work) };
}

function holdersOf(heap: Heap, objects: readonly ObjectIndex[], work: Work): WasteHolder[] {
  return commonHolders(heap, objects, work)
    .slice(0, mostHolders)
    .map(({ holding, share }) => ({ holder: `${holding.className}#${holding.field}`, share }));
}

const boxes = /^java\.lang\.(Integer|Long|Short|Byte|Character|Boolean|Float|Double)$/;

function boxedNumbers(heap: Heap, work: Work): WasteKind {
  const wanted = typeFlags(heap, (type) => boxes.test(heap.classes.nameOf(type)));
  let objects = 0;
  let bytes = 0;
  const sample = evenSampler<ObjectIndex>(followed);
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
  const wanted = typeFlags(heap, (type) => heap.classes.nameOf(type).endsWith("[]"));
  const constant = { objects: 0, bytes: 0, sample: evenSampler<ObjectIndex>(followed) };
  // Overwritten contents are constant because somebody made them so.
  const scrubbed = isScrubbed(heap);
  const empty = { objects: 0, bytes: 0, sample: evenSampler<ObjectIndex>(followed) };
  const holdsNumbers = typeFlags(heap, (type) => primitiveArray.test(heap.classes.nameOf(type)));
  forEachInstanceOf(heap, wanted, work, "Looking into arrays", (object, type) => {
    if (heap.isKnownGarbage(object)) return;
    // An array of references that is not empty is not waste.
    if (holdsNumbers[type] === 0 && heap.shallowSizeOf(object) > mostEmptyBytes) return;
    const length = heap.lengthOf(object);
    const tally = length === 0 ? empty : !scrubbed && isConstant(heap, object, length) ? constant : undefined;
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

/** Of an empty array, whatever its header and alignment. */
const mostEmptyBytes = 32;

/** True when every element is the same; arrays of references and short ones are never called so. */
function isConstant(heap: Heap, array: ObjectIndex, length: number): boolean {
  const elementType = heap.elementTypeOf(array);
  if (length < leastConstant || elementType === undefined || elementType === "object") return false;
  let first: Uint8Array | undefined;
  for (let from = 0; from < length; from += readElements) {
    const count = Math.min(readElements, length - from);
    const bytes = heap.primitiveBytesOf(array, from, count);
    const width = Math.max(1, Math.floor(bytes.byteLength / count));
    first ??= bytes.slice(0, width);
    if (!haveSameBytes(bytes.subarray(0, width), first) || !repeats(bytes, width)) return false;
  }
  return true;
}
