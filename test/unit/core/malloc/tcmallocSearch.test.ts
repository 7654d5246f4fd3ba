import { expect, it } from "vitest";
import { ProblemList } from "../../../../analyzer/base/problems";
import { unwatched } from "../../../../analyzer/base/work";
import { pageMapForms } from "../../../../analyzer/core/malloc/tcmalloc/layout";
import { walkTcmalloc } from "../../../../analyzer/core/malloc/tcmalloc/walk";
import { moduleAt, ProcessMemory } from "../../../build/processMemory";

const data = 0x60_0000;
const heap = 0x100_0000;
const heapBytes = 1 << 20;

/** A heap whose words all point into it, where nothing but zeros follows for long. */
function pointersToZeros(): ProcessMemory {
  const memory = new ProcessMemory().segment(data, 0x1000).segment(heap, heapBytes);
  for (let at = 0; at < heapBytes / 4; at += 8) memory.words(heap + at, heap + heapBytes / 2 + at);
  return memory;
}

function bytesReadBy(memory: ProcessMemory): number {
  const modules = [moduleAt(0, "/lib/libtcmalloc.so.4", [data, data + 0x1000])];
  const process = memory.process(memory.bytes(), modules, data + 0xf00);
  const image = process.memory;
  const readAt = image.readAt.bind(image);
  let bytes = 0;
  image.readAt = (address, into) => {
    bytes += into.byteLength;
    return readAt(address, into);
  };
  expect(walkTcmalloc(process, new ProblemList(), unwatched)).toBeUndefined();
  return bytes;
}

it("does not look for tcmalloc's map where no table of its block sizes is", () => {
  expect(bytesReadBy(pointersToZeros())).toBeLessThan(2 * heapBytes);
});

it("looks for tcmalloc's map where such a table is, within bounds", () => {
  const memory = pointersToZeros();
  for (let index = 0; index < 40; index++) memory.int(data + 0x100 + 4 * index, 8 * index);
  const bytes = bytesReadBy(memory);
  expect(bytes).toBeGreaterThan(2 * heapBytes);
  expect(bytes).toBeLessThan(2 ** 28);
});

it("tells maps of 32-bit programs whose root has 32 entries from those of two halves", () => {
  const [halves, fewRoots] = pageMapForms(4);
  for (const forms of [halves!, fewRoots!])
    for (const { pageShift, leafBits, nodeBits, rootBits } of forms)
      expect(pageShift + leafBits + nodeBits + rootBits).toBe(32);
  expect(fewRoots!.every(({ rootBits }) => rootBits === 5)).toBe(true);
  expect(halves!.find(({ pageShift }) => pageShift === 13)).toMatchObject({ leafBits: 10, rootBits: 9 });
});
