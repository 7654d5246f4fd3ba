import { chunkFlag } from "../../../analyzer/core/malloc/glibc/layout";
import { moduleAt, ProcessMemory } from "../../build/processMemory";

const data = 0x60_0000;
const sbrk = 0x70_0000;
const ownMapping = 0x7e00_0000_0000;
const otherHeap = 0x7f00_0000_0000;
const secondHeap = otherHeap + (64 << 20);
const heapBytes = 0x4000;
const mainState = data + 0x100;
const binsAt = 112;
const mainBins = mainState + binsAt;
const otherState = otherHeap + 0x30;

/** Memory of a program with glibc's malloc: two arenas, one of two heaps, a thread's cache and a block with a mapping. */
export const mallocMemory = new ProcessMemory()
  .segment(data, 0x2000)
  .segment(sbrk, heapBytes)
  .segment(ownMapping, 0x3000)
  .segment(otherHeap, heapBytes)
  .segment(secondHeap, heapBytes);

export const mallocModules = [
  moduleAt(0, "/opt/shop", [0x40_0000, 0x40_1000]),
  moduleAt(1, "/lib/libc.so.6", [data, data + 0x1000]),
];

export const mallocStack = data + 0x1800;

/** One chunk after the other. @returns where the next one would stand */
function chunks(start: number, sizes: readonly number[], flags: number): number {
  let at = start;
  for (const size of sizes) {
    mallocMemory.words(at + 8, size + flags);
    at += size;
  }
  return at;
}

function protect(position: number, target: number): bigint {
  return BigInt(target) ^ (BigInt(position) >> 12n);
}

function emptyBins(bins: number): void {
  for (let bin = 0; bin < 127; bin++) {
    const header = bins + bin * 16 - 16;
    mallocMemory.words(bins + bin * 16, header, header);
  }
}

const used = chunkFlag.previousInUse;
emptyBins(mainBins);
// A thread's cache of one block of 32 bytes and two of 48, then blocks, one of which is free.
const [cacheBytes, small, middle] = [0x290, 32, 48];
const top = chunks(sbrk, [cacheBytes, small, middle, middle, 64, 1024, 64, 96, 128], used);
mallocMemory.words(top + 8, sbrk + heapBytes - top + used);
const cached = sbrk + cacheBytes;
const [first, second] = [cached + small, cached + small + middle];
const entries = sbrk + 16 + 128;
mallocMemory
  .write(sbrk + 16, [1, 0, 2, 0])
  .words(entries, cached + 16, first + 16)
  .words(cached + 16, protect(cached + 16, 0))
  .words(first + 16, protect(first + 16, second + 16))
  .words(second + 16, protect(second + 16, 0));
const free = second + middle + 64;
mallocMemory
  .words(free + 16, mainBins - 16, mainBins - 16)
  .words(free + 1024, 1024, 64)
  .words(mainBins, free, free);
// A fast bin of one block of 96 bytes.
const fast = free + 1024 + 64;
mallocMemory.words(mainBins - 96 + 4 * 8, fast).words(fast + 16, protect(fast + 16, 0));
mallocMemory.words(mainBins - 16, top).words(mainBins + 2048, otherState);
mallocMemory.words(mainBins + 2072, heapBytes);
// malloc's own counters: one block with a mapping of its own.
const counters = data + 0x1000;
mallocMemory
  .words(counters, sbrk)
  .words(counters - 16, 0x2000, 0x2000)
  .int(counters - 32, 65_536)
  .int(counters - 36, 1)
  .int(counters - 28, 1);
mallocMemory.words(ownMapping + 8, 0x2000 + chunkFlag.mapped);

// The other arena: its state in its first heap, its top in the second.
const otherBins = otherState + binsAt;
emptyBins(otherBins);
mallocMemory.words(otherHeap, otherState, 0, heapBytes).words(secondHeap, otherState, otherHeap, heapBytes);
const otherFirst = otherHeap + Math.ceil((0x30 + binsAt + 2088) / 16) * 16;
const flags = used + chunkFlag.nonMain;
const otherEnd = chunks(otherFirst, [64, 128, 4096], flags);
const rest = otherHeap + heapBytes - otherEnd - 32;
chunks(otherEnd, [rest, 16], flags);
const otherTop = chunks(secondHeap + 0x30, [64, 64, 256], flags);
mallocMemory.words(otherTop + 8, secondHeap + heapBytes - otherTop + used);
mallocMemory.words(otherBins - 16, otherTop).words(otherBins + 2048, mainState);
mallocMemory.words(otherBins + 2072, 2 * heapBytes);
// Pointers to some blocks, so that others are leaked.
mallocMemory.words(mallocStack, cached + 16, free + 1024 + 16, otherFirst + 16);
