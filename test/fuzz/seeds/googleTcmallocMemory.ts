import { moduleAt, ProcessMemory } from "../../build/processMemory";

const pageBytes = 0x2000;
const firstPage = 2 ** 15 * 100;
const pages = firstPage * pageBytes;
const data = 0x60_0000;
const leaf = 0x2000_0000;
const arena = 0x3000_0000;
const slabs = arena + 0x1000;
const modules = [
  moduleAt(0, "/opt/shop", [0x40_0000, 0x40_1000]),
  moduleAt(1, "/lib/libtcmalloc.so", [data, data + 0x1000]),
];
const stack = data + 0xf00;
const sizes = [0, 8, 16, 32, 64, 80, 96, 112, 128, 160, 176, 208, 256, 288, 352, 448, 512, 8192];
const listed = sizes.indexOf(16);
const mapped = sizes.indexOf(128);
const alone = sizes.indexOf(8192);
const spanAt = (index: number) => arena + 0x100 + 64 * index;
const blockAt = (page: number, size: number, index: number) => pages + page * pageBytes + size * index;

/**
 * Memory of a program with Google's tcmalloc of 2025: spans of 16 and of 128 bytes, with one block, a large block, and one
 * that was deleted.
 */
function commonMemory(): ProcessMemory {
  const memory = new ProcessMemory()
    .segment(data, 0x1000, 0x80_1000)
    .segment(leaf, 0x9000, 0x4_9000)
    .segment(arena, 0x4000)
    .segment(pages, 0x1000, 8 * pageBytes);
  memory.words(data + 8 * (firstPage / 2 ** 15), leaf);
  sizes.forEach((size, index) => {
    memory.int(data + 0x400 + 4 * index, size);
  });
  [
    { page: 0, sizeClass: listed, allocated: 512 - 5, count: 1 },
    { page: 1, sizeClass: mapped, allocated: 64 - 3, count: 1 },
    { page: 2, sizeClass: alone, allocated: 0, count: 1 },
    { page: 3, sizeClass: 0, allocated: 0, count: 2 },
    { page: 5, sizeClass: 0, allocated: 0, count: 1 },
  ].forEach(({ page, sizeClass, allocated, count }, index) => {
    const span = spanAt(index);
    memory
      .write(leaf + page, [sizeClass])
      .words(leaf + 0x8000 + 8 * page, span + sizeClass * 2 ** 48)
      .int(span + 16, 0xffff * 2 ** 16)
      .int(span + 20, allocated)
      .words(span + 24, firstPage + page, count);
  });
  // Two blocks in the span, three in a list, whose first one has the numbers of the others.
  const span = spanAt(0);
  memory.int(span + 16, 2 + 20 * 2 ** 16).int(span + 20, 507 + 2 * 2 ** 16);
  memory.int(span + 40, 2 * 4 + 2 * 5 * 2 ** 16);
  memory.int(blockAt(0, 16, 10), 0xffff + 2 * 11 * 2 ** 16).int(blockAt(0, 16, 10) + 4, 2 * 12);
  memory.words(spanAt(1) + 40, 0b1011);
  // The deleted span, before how many are in use and how many there are.
  memory.words(data + 0x500, spanAt(4), 4, 5);
  // Two blocks on their way, of the 16 there is room for.
  memory
    .int(data + 0x600, 2)
    .int(data + 0x604, 16)
    .words(data + 0x608, arena + 0x800);
  memory.words(arena + 0x800, blockAt(1, 128, 8), blockAt(1, 128, 9), blockAt(1, 128, 10));
  return memory.words(stack, blockAt(0, 16, 100), blockAt(3, 0, 0));
}

/** A processor's cache has two blocks of 16 bytes, and room for more. */
export const processorCached = { memory: commonMemory(), modules, stack };
processorCached.memory
  .words(data + 0x700, slabs + 12)
  .int(slabs + 4 * listed, 66 + 80 * 2 ** 16)
  .words(slabs + 8 * 63, 1, blockAt(0, 16, 20), blockAt(0, 16, 21), blockAt(0, 16, 22));

/** A thread's cache has two blocks of 16 bytes. */
export const threadCached = { memory: commonMemory(), modules, stack };
const table = arena + 0x1000;
sizes.forEach((_, index) => {
  threadCached.memory.int(table + 24 * index + 16, 1);
});
threadCached.memory
  .words(table + 24 * listed, blockAt(0, 16, 20))
  .int(table + 24 * listed + 8, 2)
  .words(blockAt(0, 16, 20), blockAt(0, 16, 21));
