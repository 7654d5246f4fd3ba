import type { Heap, ObjectIndex } from "../../heap";
import { haveSameBytes } from "./comparedBytes";
import { hashOfBytes } from "./hashing";
import type { ComparedContents } from "./stringContents";

/** Objects of one content. */
export interface ContentGroup {
  /** The first one met, and the array its contents are in. */
  readonly example: ObjectIndex;
  readonly array: ObjectIndex;
  /** How many were met. */
  readonly count: number;
  /** Arrays among them that would go with all but one of them; an array is counted once in all groups. */
  readonly arrays: number;
}

type Located = Omit<ComparedContents, "whole">;

/** Elements hashed to find candidates for equality, and compared first. */
const headElements = 4096;
const chunkElements = 1 << 16;
/** Bytes of heads kept in memory, and what a kept one takes besides. */
const keptHeads = 32 * 1024 * 1024;
const headOverhead = 160;

/** No group. */
export const noGroup = -1;

/** Groups objects by contents. Equal means compared to the last byte; a hash only says what to compare with. */
export interface ContentGroups {
  /** Number of the group of these contents, {@link noGroup} when they are new. */
  find(contents: ComparedContents): number;
  /** The same; new ones get a group, with `example` in it. */
  ensure(contents: ComparedContents, example: ObjectIndex): number;
  /** Counts one more, and perhaps its array. */
  count(group: number, withArray: boolean): void;
  all(): Iterable<ContentGroup>;
}

/** Columns, one row a group; there may be millions. */
export function contentGroups(heap: Heap): ContentGroups {
  let room = 1 << 10;
  let groups = 0;
  let hashes = new Float64Array(room);
  let examples = new Uint32Array(room);
  /** Where an example's contents are: to find it again in the file takes longer than to compare. */
  let exampleArrays = new Uint32Array(room);
  let exampleStarts = new Uint32Array(room);
  let exampleCounts = new Uint32Array(room);
  let exampleEncodings = new Uint16Array(room);
  const encodings: string[] = [];
  let counts = new Uint32Array(room);
  let arrays = new Uint32Array(room);
  /** Group of the same hash that was made before. */
  let earlier = new Int32Array(room);
  const heads: (Uint8Array | undefined)[] = [];
  /** Newest group of each hash, open-addressed. */
  let slots = new Int32Array(2 * room).fill(noGroup);
  let headBytes = 0;

  function slotOf(hash: number): number {
    const mask = slots.length - 1;
    let slot = (hash ^ (hash / 0x8000000)) & mask;
    for (;;) {
      const group = slots[slot]!;
      if (group === noGroup || hashes[group] === hash) return slot;
      slot = (slot + 1) & mask;
    }
  }

  function grow(): void {
    room *= 2;
    hashes = copied(hashes, new Float64Array(room));
    examples = copied(examples, new Uint32Array(room));
    exampleArrays = copied(exampleArrays, new Uint32Array(room));
    exampleStarts = copied(exampleStarts, new Uint32Array(room));
    exampleCounts = copied(exampleCounts, new Uint32Array(room));
    exampleEncodings = copied(exampleEncodings, new Uint16Array(room));
    counts = copied(counts, new Uint32Array(room));
    arrays = copied(arrays, new Uint32Array(room));
    earlier = copied(earlier, new Int32Array(room));
    slots = new Int32Array(2 * room).fill(noGroup);
    // Later ones of a hash take the place of earlier ones.
    for (let group = 0; group < groups; group++) slots[slotOf(hashes[group]!)] = group;
  }

  function search(contents: ComparedContents, example: ObjectIndex | undefined): number {
    const head = read(heap, contents, 0, headElements);
    const hash = hashOfBytes(head) + contents.count;
    const slot = slotOf(hash);
    const newest = slots[slot]!;
    for (let group = newest; group !== noGroup; group = earlier[group]!) {
      if (isSame(heap, contents, head, exampleOf(group), heads[group])) return group;
    }
    if (example === undefined) return noGroup;
    const group = add(hash, newest, slot, head, example);
    exampleArrays[group] = contents.array;
    exampleStarts[group] = contents.start;
    exampleCounts[group] = contents.count;
    exampleEncodings[group] = encodingNumber(contents.encoding);
    if (groups === room) grow();
    return group;
  }

  function exampleOf(group: number): Located {
    return {
      array: exampleArrays[group] as ObjectIndex,
      start: exampleStarts[group]!,
      count: exampleCounts[group]!,
      encoding: encodings[exampleEncodings[group]!]!,
    };
  }

  /** Element types and coders: a handful. */
  function encodingNumber(encoding: string): number {
    const known = encodings.indexOf(encoding);
    return known >= 0 ? known : encodings.push(encoding) - 1;
  }

  function add(hash: number, newest: number, slot: number, head: Uint8Array, example: ObjectIndex): number {
    const group = groups;
    if (headBytes < keptHeads) {
      headBytes += head.byteLength + headOverhead;
      heads[group] = head.slice();
    }
    hashes[group] = hash;
    examples[group] = example;
    earlier[group] = newest;
    slots[slot] = group;
    groups++;
    return group;
  }

  return {
    find: (contents) => search(contents, undefined),
    ensure: search,
    count(group, withArray) {
      counts[group]!++;
      if (withArray) arrays[group]!++;
    },
    *all() {
      // As they are found: by hash, the newest of a hash first.
      for (let first = 0; first < groups; first++) {
        if (earlier[first] !== noGroup) continue;
        for (let group = slots[slotOf(hashes[first]!)]!; group !== noGroup; group = earlier[group]!) {
          yield {
            example: examples[group] as ObjectIndex,
            array: exampleArrays[group] as ObjectIndex,
            count: counts[group]!,
            arrays: arrays[group]!,
          };
        }
      }
    },
  };
}

function copied<Column extends Float64Array | Uint32Array | Int32Array | Uint16Array>(
  from: Column,
  into: Column,
): Column {
  into.set(from);
  return into;
}

function isSame(
  heap: Heap,
  contents: ComparedContents,
  head: Uint8Array,
  other: Located,
  otherHead: Uint8Array | undefined,
): boolean {
  if (contents.count !== other.count || contents.encoding !== other.encoding) return false;
  if (contents.array === other.array && contents.start === other.start) return true;
  if (!haveSameBytes(head, otherHead ?? read(heap, other, 0, headElements))) return false;
  for (let from = headElements; from < contents.count; from += chunkElements) {
    const mine = read(heap, contents, from, chunkElements);
    if (!haveSameBytes(mine, read(heap, other, from, chunkElements))) return false;
  }
  return true;
}

function read(heap: Heap, { array, start, count }: Located, from: number, most: number): Uint8Array {
  return heap.primitiveBytesOf(array, start + from, Math.min(most, count - from));
}
