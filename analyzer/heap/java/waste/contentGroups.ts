import type { Heap, ObjectIndex } from "../../heap";
import { hashOfBytes } from "./hashing";
import type { ComparedContents } from "./stringContents";

/** Objects of one content. */
export interface ContentGroup {
  /** The first one met. */
  readonly example: ObjectIndex;
  /** How many were met. */
  count: number;
  /** Arrays among them that would go with all but one of them; an array is counted once in all groups. */
  arrays: number;
}

interface Member extends ContentGroup {
  /** The beginning of the contents, kept while there is room: comparing then reads only the other one. */
  readonly head: Uint8Array | undefined;
  readonly next: Member | undefined;
}

/** Elements hashed to find candidates for equality, and compared first. */
const headElements = 4096;
const chunkElements = 1 << 16;
/** Bytes of heads kept in memory, and what a kept one takes besides. */
const keptHeads = 32 * 1024 * 1024;
const headOverhead = 160;

/** Groups objects by contents. Equal means compared to the last byte; a hash only says what to compare with. */
export interface ContentGroups {
  /** The group of these contents; made, with `example` in it, when they are new and `add` is given. */
  groupOf(contents: ComparedContents, add?: ObjectIndex): ContentGroup | undefined;
  all(): Iterable<ContentGroup>;
}

export function contentGroups(
  heap: Heap,
  contentsOf: (heap: Heap, object: ObjectIndex) => ComparedContents | undefined,
): ContentGroups {
  const byHash = new Map<number, Member>();
  let headBytes = 0;

  function groupOf(contents: ComparedContents, add?: ObjectIndex): ContentGroup | undefined {
    const head = read(heap, contents, 0, headElements);
    const key = hashOfBytes(head) + contents.count;
    const first = byHash.get(key);
    for (let each = first; each !== undefined; each = each.next) {
      if (isSame(heap, contents, head, contentsOf(heap, each.example)!, each.head)) return each;
    }
    if (add === undefined) return undefined;
    const keeps = headBytes < keptHeads;
    if (keeps) headBytes += head.byteLength + headOverhead;
    const made: Member = {
      example: add,
      count: 0,
      arrays: 0,
      head: keeps ? head.slice() : undefined,
      next: first,
    };
    byHash.set(key, made);
    return made;
  }

  return {
    groupOf,
    *all() {
      for (const first of byHash.values()) {
        for (let each: Member | undefined = first; each !== undefined; each = each.next) yield each;
      }
    },
  };
}

function isSame(
  heap: Heap,
  contents: ComparedContents,
  head: Uint8Array,
  other: ComparedContents,
  otherHead: Uint8Array | undefined,
): boolean {
  if (contents.count !== other.count || contents.encoding !== other.encoding) return false;
  if (contents.array === other.array && contents.start === other.start) return true;
  if (!areEqual(head, otherHead ?? read(heap, other, 0, headElements))) return false;
  for (let from = headElements; from < contents.count; from += chunkElements) {
    const mine = read(heap, contents, from, chunkElements);
    if (!areEqual(mine, read(heap, other, from, chunkElements))) return false;
  }
  return true;
}

function read(heap: Heap, { array, start, count }: ComparedContents, from: number, most: number): Uint8Array {
  return heap.primitiveBytesOf(array, start + from, Math.min(most, count - from));
}

function areEqual(a: Uint8Array, b: Uint8Array): boolean {
  if (a.byteLength !== b.byteLength) return false;
  for (let at = 0; at < a.byteLength; at++) if (a[at] !== b[at]) return false;
  return true;
}
