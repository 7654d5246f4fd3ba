import { describe, expect, it } from "vitest";
import { ProblemList } from "../../../../analyzer/base/problems";
import { unwatched } from "../../../../analyzer/base/work";
import { architectures } from "../../../../analyzer/core/architecture";
import { bytesOfClass, type Quantum } from "../../../../analyzer/core/malloc/jemalloc/layout";
import { walkMallocHeap } from "../../../../analyzer/core/malloc/mallocHeap";
import { moduleAt, ProcessMemory } from "../../../build/processMemory";

const pages = 0x20_0000;
const data = 0x60_0000;
const root = data + 0x100;
const leaf = 0x100_0000;
const structures = 0x140_0000;
const noClass = 107;

/** How a release describes extents on 32-bit machines. */
interface Release {
  readonly entryBytes: number;
  readonly classInEntry: (sizeClass: number) => number;
  readonly stateAt: bigint;
  readonly classAt: bigint;
  readonly slabAt: number;
}

const releases: Readonly<Record<string, Release>> = {
  "5.2.1": { entryBytes: 12, classInEntry: (each) => each, stateAt: 16n, classAt: 18n, slabAt: 36 },
  "5.3.1": { entryBytes: 8, classInEntry: (each) => each * 32 + 2, stateAt: 17n, classAt: 20n, slabAt: 40 },
};

/** Memory with a slab whose 32 last blocks are free, a large block, and dirty pages. */
function memoryOf({ entryBytes, classInEntry, stateAt, classAt, slabAt }: Release, quantum: Quantum) {
  const memory = new ProcessMemory()
    .segment(pages, 0xb000)
    .segment(data, 0x2000)
    .segment(leaf, 1024 * entryBytes)
    .segment(structures, 0x1000)
    .int(root, leaf);
  const classOf = (size: number) =>
    Array.from({ length: noClass }, (_, index) => index).find(
      (each) => bytesOfClass(each, quantum) === size,
    )!;
  const extents = [
    { start: pages, bytes: 0x3000, sizeClass: classOf(48), slab: 1n, state: 0n, free: 32n },
    { start: pages + 0x3000, bytes: 0x6000, sizeClass: classOf(20_480), slab: 0n, state: 0n, free: 0n },
    { start: pages + 0x9000, bytes: 0x2000, sizeClass: noClass, slab: 0n, state: 1n, free: 0n },
  ];
  const entryOf = (page: number) => leaf + Math.floor(page / 4096) * entryBytes;
  // An extent that was joined with the next one leaves its class behind.
  memory.int(entryOf(pages - 0x8000) + 4, classInEntry(noClass));
  for (const [index, { start, bytes, sizeClass, slab, state, free }] of extents.entries()) {
    const structure = structures + index * 128;
    const bits = (slab << 12n) | (state << stateAt) | (BigInt(sizeClass) << classAt);
    memory
      .words(structure, bits | (free << (classAt + 7n)))
      .int(structure + 8, slab === 0n && state === 0n ? start + 0x140 : start)
      .int(structure + 12, bytes);
    if (slab === 1n) memory.int(structure + slabAt + 28, 0xffff_ffff);
    for (const page of [start, start + bytes - 4096])
      memory.int(entryOf(page), structure).int(entryOf(page) + 4, classInEntry(sizeClass));
  }
  return memory;
}

describe.each(Object.keys(releases))("jemalloc %s of 32 bits", (release) => {
  it.each([16, 8] as const)("is walked where classes are %d bytes apart", (quantum) => {
    const memory = memoryOf(releases[release]!, quantum);
    const modules = [
      moduleAt(0, "/opt/shop", [0x40_0000, 0x40_1000]),
      moduleAt(1, "/lib/libjemalloc.so.2", [data, data + 0x2000]),
    ];
    const problems = new ProblemList();
    const process = memory.process(memory.bytes(), modules, data + 0x1e00, architectures.i386);
    const heap = walkMallocHeap(
      process,
      () => false,
      () => false,
      problems,
      unwatched,
    );
    expect(problems.toArray()).toEqual([]);
    expect(heap).toMatchObject({
      allocator: { name: "jemalloc", isWalked: true },
      arenas: [{ systemBytes: 0xb000, usedBlocks: 225, freeBlocks: 32, topBytes: 0x2000 }],
      usedClasses: [
        { size: 20_480, blocks: 1 },
        { size: 48, blocks: 224 },
      ],
    });
  });
});
