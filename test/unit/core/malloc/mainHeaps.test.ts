import { expect, it } from "vitest";
import { mainHeaps } from "../../../../analyzer/core/malloc/glibc/heaps";
import { type GlibcLayout, layoutsOf } from "../../../../analyzer/core/malloc/glibc/layout";
import { MemoryWords } from "../../../../analyzer/core/memoryWords";
import { ProcessMemory } from "../../../build/processMemory";

const layout = { ...layoutsOf("x86_64", 8)[0]!, systemBytes: 0, stateBytes: 0 } as GlibcLayout;
const brk = 0x70_0000;
const mapping = 0x90_0000;

/**
 * sbrk gave 0x1000 bytes and then no more: the heap goes on in a mapping, which the kernel put right behind another
 * one of the program.
 * @param first where in the mappings the heap goes on
 */
function heapsFrom(first: number, mappedBytes: number) {
  const memory = new ProcessMemory().segment(brk, 0x2000).segment(mapping, mappedBytes);
  memory
    .words(brk + 8, 0xfe1)
    .words(brk + 0xfe0, 0, 0x11)
    .words(brk + 0xff0, 0, 0x11);
  // What the program has in its own mapping looks like chunks now and then, and leads nowhere.
  for (let page = mapping; page < first; page += 0x1000) memory.words(page + 8, 0x41);
  const top = first + 0x300;
  memory
    .words(first + 8, 0x101)
    .words(first + 0x108, 0x201)
    .words(top + 8, 0xd01);
  const { memory: image } = memory.process(memory.bytes(), [], mapping);
  const arena = { address: 0x1000, top, systemBytes: mappedBytes + 0x2000 };
  return mainHeaps(image, new MemoryWords(image), layout, arena, brk);
}

it("finds where the main arena goes on after sbrk failed, behind pages that are not its own", () => {
  for (const before of [0, 0x1000, 0x3000])
    expect(heapsFrom(mapping + before, 0x4000)).toEqual([
      { firstChunk: brk, end: brk + 0x1000, headerBytes: 0 },
      { firstChunk: mapping + before, end: mapping + before + 0x1000, headerBytes: 0 },
    ]);
});

it("starts at the top chunk where no chunks lead to it", () => {
  const memory = new ProcessMemory().segment(brk, 0x2000).segment(mapping, 0x2000);
  const top = mapping + 0x1800;
  memory
    .words(brk + 8, 0xfe1)
    .words(brk + 0xfe0, 0, 0x11)
    .words(brk + 0xff0, 0, 0x11);
  memory.words(top + 8, 0x801);
  const { memory: image } = memory.process(memory.bytes(), [], mapping);
  const arena = { address: 0x1000, top, systemBytes: 0x9000 };
  const [, mapped] = mainHeaps(image, new MemoryWords(image), layout, arena, brk);
  expect(mapped).toEqual({ firstChunk: top, end: top + 0x800, headerBytes: 0 });
});
