import type { Work } from "../../../base/work";
import { forEachInstanceOf, typeFlags } from "../../graph/opened/instances";
import type { ClassIndex, Heap, ObjectIndex } from "../../heap";
import { referenceIn } from "../objects/fieldReads";
import { evenSampler } from "./evenSampler";
import { hashOfBytes } from "./hashing";

/** Contents that several objects have. */
export interface DuplicateGroup {
  /** One of them, to show the contents of. */
  readonly example: ObjectIndex;
  /** Hash of the contents, see {@link copiesIn}. */
  readonly contents: number;
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

/** What is compared: which objects, and which array has the contents of one. */
interface Compared {
  readonly step: string;
  wantedIn(heap: Heap): Uint8Array;
  contentsOf(heap: Heap, object: ObjectIndex): { array: ObjectIndex; bytes: number } | undefined;
}

const primitiveArray = /^(boolean|char|float|double|byte|short|int|long)\[\]$/;

const compared = {
  strings: {
    step: "Comparing strings",
    wantedIn: (heap) => typeFlags(heap, (type) => heap.classes.nameOf(type) === "java.lang.String"),
    contentsOf(heap, string) {
      const array = referenceIn(heap, string, "value");
      if (array === undefined) return undefined;
      return { array, bytes: heap.shallowSizeOf(string) + heap.shallowSizeOf(array) };
    },
  },
  arrays: {
    step: "Comparing arrays",
    wantedIn: (heap) => typeFlags(heap, (type) => primitiveArray.test(heap.classes.nameOf(type))),
    contentsOf: (heap, array) => ({ array, bytes: heap.shallowSizeOf(array) }),
  },
} as const satisfies Record<string, Compared>;

interface Tally {
  example: ObjectIndex;
  count: number;
  bytesEach: number;
}

/** Strings with the same characters. Strings that share one array waste only themselves. */
export function duplicateStrings(heap: Heap, options: DuplicateOptions, work: Work): Duplicates {
  return tallyContents(heap, compared.strings, options, work);
}

/** Primitive arrays with the same contents, those of strings included. */
export function duplicateArrays(heap: Heap, options: DuplicateOptions, work: Work): Duplicates {
  return tallyContents(heap, compared.arrays, options, work);
}

/** Objects looked at for copies; beyond that an even sample of them. */
const lookedForCopies = 500_000;

/** Some of the copies that make up the groups, evenly over all of them: a text there twice as often comes twice as often. */
export function copiesIn(
  heap: Heap,
  kind: keyof typeof compared,
  groups: readonly DuplicateGroup[],
  most: number,
  work: Work,
): readonly ObjectIndex[] {
  const { step, wantedIn, contentsOf }: Compared = compared[kind];
  const wanted = wantedIn(heap);
  const known = new Set(groups.map(({ contents }) => contents));
  const stride = Math.max(1, Math.ceil(countOf(heap, wanted) / lookedForCopies));
  const sample = evenSampler<ObjectIndex>(most);
  let position = 0;
  forEachInstanceOf(heap, wanted, work, step, (object) => {
    if (position++ % stride !== 0 || heap.isKnownGarbage(object)) return;
    const contents = contentsOf(heap, object);
    if (contents !== undefined && known.has(contentsKey(heap, contents.array))) sample.take(object);
  });
  return sample.taken;
}

function countOf(heap: Heap, wanted: Uint8Array): number {
  let total = 0;
  for (let type = 0; type < wanted.length; type++)
    if (wanted[type] === 1) total += heap.classes.instanceCountOf(type as ClassIndex);
  return total;
}

function contentsKey(heap: Heap, array: ObjectIndex): number {
  const length = heap.lengthOf(array);
  return hashOfBytes(heap.primitiveBytesOf(array, 0, Math.min(length, comparedBytes))) + length;
}

function tallyContents(
  heap: Heap,
  { step, wantedIn, contentsOf }: Compared,
  { maximumRead, maximumGroups }: DuplicateOptions,
  work: Work,
): Duplicates {
  const wanted = wantedIn(heap);
  const total = countOf(heap, wanted);
  const stride = Math.max(1, Math.ceil(total / maximumRead));
  const tallies = new Map<number, Tally>();
  let position = 0;
  let looked = 0;
  forEachInstanceOf(heap, wanted, work, step, (object) => {
    if (position++ % stride !== 0 || heap.isKnownGarbage(object)) return;
    const contents = contentsOf(heap, object);
    if (contents === undefined) return;
    looked++;
    const key = contentsKey(heap, contents.array);
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
  for (const [contents, { example, count, bytesEach }] of tallies) {
    if (count < 2) continue;
    const scaled = count * scale;
    const wasted = (scaled - 1) * bytesEach;
    objects += scaled;
    wastedBytes += wasted;
    groups.push({ example, contents, count: scaled, bytesEach, wastedBytes: wasted });
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
