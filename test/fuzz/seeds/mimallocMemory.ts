import { moduleAt, ProcessMemory } from "../../build/processMemory";

const data = 0x60_0000;
const modules = [
  moduleAt(0, "/opt/shop", [0x40_0000, 0x40_1000]),
  moduleAt(1, "/lib/libmimalloc.so.2", [data, data + 0x1000]),
];
const stack = data + 0xe00;
const blockBytes = 48;

/** Memory of a program with mimalloc 2.0.9: a segment with a page of 48-byte blocks. */
export const segmented = { memory: new ProcessMemory(), modules, stack };
const segment = 0x200_0000;
const inSegment = segment + 0x1_0000;
segmented.memory
  .segment(data, 0x1000)
  .segment(segment, 0x1000, 0x1_0000)
  .segment(inSegment, 0x1000, 0x1ff_0000);
const slices = segment + 264;
segmented.memory.words(slices - 40, 512, 1, 0, 512, 0x7f12).int(slices, 1);
const firstBlock = inSegment + 384;
const reserved = Math.floor((0x1_0000 - 384) / blockBytes);
const block = (index: number) => firstBlock + blockBytes * index;
const page = slices + 80;
segmented.memory
  .int(page, 1)
  .int(page + 8, 8 * 2 ** 16)
  .int(page + 12, reserved)
  .words(page + 16, block(3))
  .int(page + 24, 5)
  .int(page + 28, blockBytes)
  .words(page + 32, block(5), block(6) + 2, data + 0x200)
  .words(block(3), block(4))
  .int(page + 80, 510);
// A block that another thread freed waits in the heap.
segmented.memory.words(data + 0x240, block(7), 0x7f12);
segmented.memory.words(stack, block(0));

/** Memory of a program with mimalloc 3.3: a page of 48-byte blocks in the map of pages. */
export const mapped = { memory: new ProcessMemory(), modules, stack };
const area = 0x20_0000;
const root = 0x100_0000;
const subMap = root + 0x20_0000;
const structure = root + 0x800;
mapped.memory
  .segment(area, 0x1000)
  .segment(data, 0x1000)
  .segment(root, 0x1000, 0x20_0000)
  .segment(subMap, 0x1000, 0x1_0000);
const inArea = (index: number) => area + 0x100 + blockBytes * index;
mapped.memory
  .words(data + 0x100, root)
  .words(root, subMap)
  .words(subMap + (area / 0x1_0000) * 8, structure)
  .words(structure, 0x7f12, inArea(3))
  .words(structure + 16, 5 + 8 * 2 ** 16 + 80 * 2 ** 32)
  .words(structure + 24, inArea(5), inArea(6) + 1, blockBytes, inArea(0))
  .words(inArea(3), inArea(4))
  .words(stack, inArea(0));

/** Memory of a 32-bit program with mimalloc 3.3: a page of 48-byte blocks in the map of a byte for each slice. */
export const flatlyMapped = { memory: new ProcessMemory(), modules, stack };
const flatPage = 0x70_0000;
const flatMap = 0x100_0000;
const flatSlice = 0x8000;
const narrow = (at: number, ...values: readonly number[]) => {
  values.forEach((value, index) => {
    flatlyMapped.memory.int(at + 4 * index, value);
  });
};
flatlyMapped.memory
  .segment(data, 0x1000)
  .segment(flatPage, 0x1000, 2 * flatSlice)
  .segment(flatMap, 2 ** 32 / flatSlice)
  .write(flatMap, [1])
  .write(flatMap + flatPage / flatSlice, [1, 2]);
const inFlatPage = (index: number) => flatPage + 96 + blockBytes * index;
narrow(data + 0x100, flatMap);
narrow(flatPage, 0x7f12, inFlatPage(3), 5 + 8 * 2 ** 16, 80, inFlatPage(5), inFlatPage(6) + 1, blockBytes);
narrow(flatPage + 28, inFlatPage(0));
narrow(inFlatPage(3), inFlatPage(4));
narrow(stack, inFlatPage(0));

/** Memory of a program with mimalloc 1.7: a segment with a page of 48-byte blocks. */
export const numbered = { memory: new ProcessMemory(), modules, stack };
const oldSegment = 0x280_0000;
const second = oldSegment + 0x1_0000;
const descriptionAt = (index: number) => oldSegment + 120 + 64 * index;
const oldBlock = (index: number) => second + blockBytes * index;
numbered.memory
  .segment(data, 0x1000)
  .segment(oldSegment, 0x2000, 0x1_0000)
  .segment(second, 0x1000, 0x3f_0000)
  .words(oldSegment + 56, 1, 64, 0x40_0000, 0x1100, 0x77, 16, 0x7f12, 0);
for (let index = 0; index < 64; index++) numbered.memory.write(descriptionAt(index), [index]);
numbered.memory
  .int(descriptionAt(1), 1 + 2 ** 8 + 8 * 2 ** 16)
  .int(descriptionAt(1) + 4, Math.floor(0x1_0000 / blockBytes))
  .words(descriptionAt(1) + 8, oldBlock(3))
  .int(descriptionAt(1) + 16, 5)
  .int(descriptionAt(1) + 20, blockBytes)
  .words(descriptionAt(1) + 24, oldBlock(5), oldBlock(6) + 2, data + 0x200)
  .words(oldBlock(3), oldBlock(4))
  .words(data + 0x240, oldBlock(7), 0x7f12)
  .words(stack, oldBlock(0));
