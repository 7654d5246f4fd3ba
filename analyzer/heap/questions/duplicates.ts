import type { Work } from "../../base/work";
import type { Heap, ObjectIndex } from "../heap";
import { referenceIn } from "./fieldReads";
import { hashOfBytes } from "./hashing";
import { classFlags, forEachInstanceOf } from "./instances";

/** Contents that several objects have. */
export interface DuplicateGroup {
  /** One of them, to show the contents of. */
  readonly example: ObjectIndex;
  readonly count: number;
  /** Bytes of one of them, with the array of a string. */
  readonly bytesEach: number;
  /** What one object for all of them would save. */
  readonly wastedBytes: number;
}

export interface Duplicates {
  /** Most wasteful first. */
  readonly groups: readonly DuplicateGroup[];
  /** Objects that have at least one double. */
  readonly objects: number;
  readonly wastedBytes: number;
  /** Objects looked at, of all there are; fewer when there are very many. */
  readonly looked: number;
  readonly total: number;
}

export interface DuplicateOptions {
  /** Objects read at most; beyond that an even sample of them. */
  readonly maximumRead: number;
  readonly maximumGroups: number;
}

export const defaultDuplicateOptions: DuplicateOptions = { maximumRead: 2_000_000, maximumGroups: 200 };

/** Bytes of an array read to tell contents apart; the length counts as well. */
const comparedBytes = 4096;

interface Tally {
  example: ObjectIndex;
  count: number;
  bytesEach: number;
}

/** Strings with the same characters. Strings that share one array waste only themselves. */
export function duplicateStrings(heap: Heap, options: DuplicateOptions, work: Work): Duplicates {
  const wanted = classFlags(heap, (type) => heap.classes.nameOf(type) === "java.lang.String");
  return tallyContents(heap, wanted, options, work, "Comparing strings", (string) => {
    const array = referenceIn(heap, string, "value");
    if (array === undefined) return undefined;
    return { array, bytes: heap.shallowSizeOf(string) + heap.shallowSizeOf(array) };
  });
}

const primitiveArray = /^(boolean|char|float|double|byte|short|int|long)\[\]$/;

/** Primitive arrays with the same contents, those of strings included. */
export function duplicateArrays(heap: Heap, options: DuplicateOptions, work: Work): Duplicates {
  const wanted = classFlags(heap, (type) => primitiveArray.test(heap.classes.nameOf(type)));
  return tallyContents(heap, wanted, options, work, "Comparing arrays", (array) => ({
    array,
    bytes: heap.shallowSizeOf(array),
  }));
}

type ContentsOf = (object: ObjectIndex) => { array: ObjectIndex; bytes: number } | undefined;

function tallyContents(
  heap: Heap,
  wanted: Uint8Array,
  { maximumRead, maximumGroups }: DuplicateOptions,
  work: Work,
  step: string,
  contentsOf: ContentsOf,
): Duplicates {
  let total = 0;
  for (let type = 0; type < wanted.length; type++) {
    if (wanted[type] === 1) total += heap.classes.instanceCountOf(type as never);
  }
  const stride = Math.max(1, Math.ceil(total / maximumRead));
  const tallies = new Map<number, Tally>();
  let position = 0;
  let looked = 0;
  forEachInstanceOf(heap, wanted, work, step, (object) => {
    if (position++ % stride !== 0 || heap.isKnownGarbage(object)) return;
    const contents = contentsOf(object);
    if (contents === undefined) return;
    looked++;
    const length = heap.lengthOf(contents.array);
    const bytes = heap.primitiveBytesOf(contents.array, 0, Math.min(length, comparedBytes));
    const key = hashOfBytes(bytes) + length;
    const known = tallies.get(key);
    if (known === undefined) tallies.set(key, { example: object, count: 1, bytesEach: contents.bytes });
    else known.count++;
  });
  return summary(tallies, stride, maximumGroups, looked, total);
}

/** Counts of a sample are scaled up to the whole. */
function summary(
  tallies: ReadonlyMap<number, Tally>,
  scale: number,
  maximumGroups: number,
  looked: number,
  total: number,
): Duplicates {
  let objects = 0;
  let wastedBytes = 0;
  let groups: DuplicateGroup[] = [];
  const byWaste = (a: DuplicateGroup, b: DuplicateGroup) => b.wastedBytes - a.wastedBytes;
  for (const { example, count, bytesEach } of tallies.values()) {
    if (count < 2) continue;
    const scaled = count * scale;
    const wasted = (scaled - 1) * bytesEach;
    objects += scaled;
    wastedBytes += wasted;
    groups.push({ example, count: scaled, bytesEach, wastedBytes: wasted });
    if (groups.length > 4 * maximumGroups + 1024) groups = groups.sort(byWaste).slice(0, maximumGroups);
  }
  return {
    groups: groups.sort(byWaste).slice(0, maximumGroups),
    objects,
    wastedBytes,
    looked,
    total,
  };
}
