import { countBefore } from "../../../base/halving";
import type { ProblemList } from "../../../base/problems";
import type { Work } from "../../../base/work";
import { MemoryWords } from "../../memoryWords";
import type { ProcessSnapshot } from "../../processSnapshot";
import type { HeapAccount } from "../heapAccount";
import { PageHeap, pagesOf } from "../pageHeap";
import { findMuslGroups, type Group, headerInSlot, unit } from "./groups";

/**
 * Walks the groups of musl's mallocng.
 * @returns undefined when its descriptions are not found
 * @throws ExhumeError `cancelled`
 */
export function walkMusl(image: ProcessSnapshot, problems: ProblemList, work: Work): HeapAccount | undefined {
  const state = findMuslGroups(image);
  if (state === undefined) return undefined;
  const words = new MemoryWords(image.memory, 4096);
  const heap = new PageHeap(image, headerInSlot);
  const inner = innerGroups(state.groups);
  for (const [index, group] of state.groups.entries()) {
    if (index % 1024 === 0) work.throwIfCancelled();
    addGroup(heap, image, words, group, inner);
  }
  heap.reportRefused(problems, "musl");
  return heap.account(pagesOf(state.areas));
}

/** Starts of groups without a mapping of their own, ascending: they are in slots, or the loader donated them. */
function innerGroups(groups: readonly Group[]): Float64Array {
  return Float64Array.from(
    groups.filter(({ mappedBytes }) => mappedBytes === 0),
    ({ start }) => start,
  ).sort();
}

function addGroup(
  heap: PageHeap,
  image: ProcessSnapshot,
  words: MemoryWords,
  group: Group,
  inner: Float64Array,
): void {
  const { start, slots, slotBytes, free } = group;
  const first = start + unit;
  const slotAt = (index: number) => first + index * slotBytes;
  const isNested = group.mappedBytes === 0;
  image.memory.structureLog?.add(start, unit);
  heap.addSlab(0, {
    start,
    bytes: isNested ? 0 : group.mappedBytes,
    size: slotBytes,
    blocks: slots,
    isFree: (index) => Math.floor(free / 2 ** index) % 2 === 1,
    isStructure: (index) => holdsOne(inner, slotAt(index), slotAt(index + 1)),
    startOf: (index) => userIn(words, slotAt(index)),
  });
}

/** A block may begin further into its slot, by as many units as the slot's header then says. */
function userIn(words: MemoryWords, slot: number): number {
  return words.u8(slot - 3) === 7 * 32 ? slot + unit * Math.max(0, words.u16(slot - 2)) : slot;
}

function holdsOne(sorted: Float64Array, start: number, end: number): boolean {
  const after = countBefore(sorted, (each) => each < start);
  return after < sorted.length && sorted[after]! < end;
}
