import type { Work } from "../../../base/work";
import { forEachInstanceOf, instancesIn, typeFlags } from "../../graph/opened/instances";
import type { ClassIndex, Heap, ObjectIndex } from "../../heap";
import { type ContentGroup, type ContentGroups, contentGroups, noGroup } from "./contentGroups";
import { evenSampler } from "./evenSampler";
import { isScrubbed } from "./scrubbedContents";
import { type ComparedContents, contentsOfArray, contentsOfString } from "./stringContents";

/** Contents that several objects have. */
export interface DuplicateGroup {
  /** One of them, to show the contents of. */
  readonly example: ObjectIndex;
  readonly count: number;
  /** Bytes of one of them, with the array of a string. */
  readonly bytesEach: number;
  /** What one object for all of them would save; an array that several strings share is saved by none. */
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
  /** True when the dump's contents were overwritten, so that nothing can be compared: there are no groups then. */
  readonly scrubbed: boolean;
}

export interface DuplicateOptions {
  /** Objects read at most; beyond that an even sample of them. */
  readonly maximumRead: number;
  readonly maximumGroups: number;
}

export const defaultDuplicateOptions: DuplicateOptions = { maximumRead: 2_000_000, maximumGroups: 200 };

/** What is compared: which objects, what their contents are, and what one takes besides the array of its contents. */
interface Compared {
  readonly step: string;
  wantedIn(heap: Heap): Uint8Array;
  contentsOf(heap: Heap, object: ObjectIndex): ComparedContents | undefined;
  ownBytes(heap: Heap, object: ObjectIndex): number;
  /** Classes whose objects are counted as waste. */
  isCounted(className: string): boolean;
}

/** Names of their classes. */
export const primitiveArray = /^(boolean|char|float|double|byte|short|int|long)\[\]$/;

const compared = {
  strings: {
    step: "Comparing strings",
    wantedIn: (heap) => typeFlags(heap, (type) => heap.classes.nameOf(type) === "java.lang.String"),
    contentsOf: contentsOfString,
    ownBytes: (heap, string) => heap.shallowSizeOf(string),
    isCounted: (name) => /^(java\.lang\.String|byte\[\]|char\[\])$/.test(name),
  },
  arrays: {
    step: "Comparing arrays",
    wantedIn: (heap) => typeFlags(heap, (type) => primitiveArray.test(heap.classes.nameOf(type))),
    contentsOf: contentsOfArray,
    ownBytes: () => 0,
    isCounted: (name) => primitiveArray.test(name),
  },
} as const satisfies Record<string, Compared>;

export interface FoundDuplicates extends Duplicates {
  /**
   * Some of the copies that make up the groups, evenly over all of them: a text there twice as often comes twice as
   * often.
   */
  readonly copies: (most: number, work: Work) => readonly ObjectIndex[];
}

/** Strings with the same characters. Strings that share one array waste only themselves. */
export function duplicateStrings(heap: Heap, options: DuplicateOptions, work: Work): FoundDuplicates {
  return tallyContents(heap, compared.strings, options, work);
}

/** Primitive arrays with the same contents, those of strings included. */
export function duplicateArrays(heap: Heap, options: DuplicateOptions, work: Work): FoundDuplicates {
  return tallyContents(heap, compared.arrays, options, work);
}

/** Longer arrays are looked at for whether a string uses them. */
const longArray = 64 * 1024;

/** Whether copies of strings can waste so much, told without reading one. */
export function mayStringsWaste(heap: Heap, leastBytes: number, work: Work): boolean {
  const kind: Compared = compared.strings;
  const strings = kind.wantedIn(heap);
  const arrays = typeFlags(heap, (type) => /^(byte|char)\[\]$/.test(heap.classes.nameOf(type)));
  const long: { readonly array: ObjectIndex; readonly bytes: number }[] = [];
  let undecided = 0;
  forEachInstanceOf(heap, arrays, work, kind.step, (array) => {
    const bytes = heap.shallowSizeOf(array);
    if (bytes < longArray) return;
    long.push({ array, bytes });
    undecided += bytes;
  });
  // Who refers to an array may cost a walk over the file: only as many are asked as it takes.
  long.sort((a, b) => b.bytes - a.bytes);
  let most = countedBytes(heap, kind);
  for (const { array, bytes } of long) {
    if (most < leastBytes || most - undecided >= leastBytes) break;
    work.throwIfCancelled();
    undecided -= bytes;
    if (!heap.referrersOf(array).some((referrer) => strings[heap.classOf(referrer)] === 1)) most -= bytes;
  }
  return most >= leastBytes;
}

/** Objects looked at for copies; beyond that an even sample of them. */
const lookedForCopies = 500_000;

/** Groups of the objects that were looked at, by their turn: {@link noGroup} for those without contents. */
interface Looked {
  readonly stride: number;
  readonly groups: Int32Array;
}

function copiesIn(
  heap: Heap,
  { step, wantedIn, contentsOf }: Compared,
  { groups }: Pick<Duplicates, "groups">,
  known: ContentGroups,
  looked: Looked,
  most: number,
  work: Work,
): readonly ObjectIndex[] {
  const wanted = wantedIn(heap);
  const numbers = new Set(groups.map(({ example }) => known.find(contentsOf(heap, example)!)));
  const stride = Math.max(1, Math.ceil(instancesIn(heap, wanted) / lookedForCopies));
  const sample = evenSampler<ObjectIndex>(most);
  let position = 0;
  forEachInstanceOf(heap, wanted, work, step, (object) => {
    const turn = position++;
    if (turn % stride !== 0 || heap.isKnownGarbage(object)) return;
    if (numbers.has(groupAt(turn, object))) sample.take(object);
  });
  return sample.taken;

  function groupAt(turn: number, object: ObjectIndex): number {
    if (turn % looked.stride === 0) return looked.groups[turn / looked.stride]!;
    const contents = contentsOf(heap, object);
    return contents === undefined ? noGroup : known.find(contents);
  }
}

function tallyContents(
  heap: Heap,
  kind: Compared,
  { maximumRead, maximumGroups }: DuplicateOptions,
  work: Work,
): FoundDuplicates {
  const { step, contentsOf } = kind;
  const wanted = kind.wantedIn(heap);
  const total = instancesIn(heap, wanted);
  if (isScrubbed(heap)) {
    const copies = (): ObjectIndex[] => [];
    return { groups: [], objects: 0, wastedBytes: 0, looked: 0, total, scrubbed: true, copies };
  }
  const stride = Math.max(1, Math.ceil(total / maximumRead));
  const groups = contentGroups(heap);
  // Arrays that are counted already, and those that a string uses a part of: another string may need the rest.
  const settled = new Uint8Array(Math.ceil(heap.nodeCount / 8));
  const cut = cutArrays(heap, wanted, contentsOf, work);
  const groupsInTurn = new Int32Array(Math.ceil(total / stride)).fill(noGroup);
  let position = 0;
  let looked = 0;
  forEachInstanceOf(heap, wanted, work, step, (object) => {
    const turn = position++;
    if (turn % stride !== 0 || heap.isKnownGarbage(object)) return;
    const contents = contentsOf(heap, object);
    if (contents === undefined) return;
    looked++;
    const { array } = contents;
    const group = groups.ensure(contents, object);
    groupsInTurn[turn / stride] = group;
    groups.count(group, cut?.has(array) !== true && mark(settled, array));
  });
  const found = summary(heap, groups.all(), kind, stride, maximumGroups);
  const inTurn = { stride, groups: groupsInTurn };
  const copies = (most: number, watching: Work): readonly ObjectIndex[] =>
    copiesIn(heap, kind, found, groups, inTurn, most, watching);
  return { ...found, looked, total, scrubbed: false, copies };
}

/** Arrays of which some string uses only a part. undefined for dumps whose strings always use all of theirs. */
function cutArrays(
  heap: Heap,
  wanted: Uint8Array,
  contentsOf: Compared["contentsOf"],
  work: Work,
): ReadonlySet<ObjectIndex> | undefined {
  const parts = wanted.some(
    (flag, type) =>
      flag === 1 && heap.classes.instanceFieldsOf(type as ClassIndex).some(({ name }) => name === "offset"),
  );
  if (!parts) return undefined;
  const cut = new Set<ObjectIndex>();
  forEachInstanceOf(heap, wanted, work, "Looking for parts of arrays", (object) => {
    const contents = contentsOf(heap, object);
    if (contents !== undefined && !contents.whole) cut.add(contents.array);
  });
  return cut;
}

/** @returns false when it was marked before. */
function mark(bits: Uint8Array, object: ObjectIndex): boolean {
  const bit = 1 << (object & 7);
  if ((bits[object >>> 3]! & bit) !== 0) return false;
  bits[object >>> 3]! |= bit;
  return true;
}

/** Shallow bytes of all that could be waste: an estimate from a sample may not go beyond. */
function countedBytes(heap: Heap, { isCounted }: Compared): number {
  let bytes = 0;
  for (let index = 0; index < heap.classes.count; index++) {
    const type = index as ClassIndex;
    if (isCounted(heap.classes.nameOf(type))) bytes += heap.classes.shallowBytesOf(type);
  }
  return bytes;
}

/** Counts of a sample are scaled up to the whole. */
function summary(
  heap: Heap,
  all: Iterable<ContentGroup>,
  kind: Compared,
  scale: number,
  maximumGroups: number,
): Pick<Duplicates, "groups" | "objects" | "wastedBytes"> {
  const most = countedBytes(heap, kind);
  let objects = 0;
  let wastedBytes = 0;
  let groups: DuplicateGroup[] = [];
  const byWaste = (a: DuplicateGroup, b: DuplicateGroup) => b.wastedBytes - a.wastedBytes;
  for (const { example, array, count, arrays } of all) {
    if (count < 2) continue;
    const own = kind.ownBytes(heap, example);
    const arrayBytes = heap.shallowSizeOf(array);
    const wasted = (count * scale - 1) * own + Math.max(0, arrays * scale - 1) * arrayBytes;
    if (wasted === 0) continue;
    objects += count * scale;
    wastedBytes += wasted;
    groups.push({
      example,
      count: count * scale,
      bytesEach: own + arrayBytes,
      wastedBytes: Math.min(most, wasted),
    });
    if (groups.length > 4 * maximumGroups + 1024) groups = groups.sort(byWaste).slice(0, maximumGroups);
  }
  return {
    groups: groups.sort(byWaste).slice(0, maximumGroups),
    objects,
    wastedBytes: Math.min(most, wastedBytes),
  };
}
