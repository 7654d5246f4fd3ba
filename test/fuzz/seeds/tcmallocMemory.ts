import { moduleAt, ProcessMemory } from "../../build/processMemory";

const pages = 0x20_0000;
const pageBytes = 0x2000;
const data = 0x60_0000;
const leaf = 0x100_0000;
const structures = 0x140_0000;
const root = data + 0x100;
const classTable = data + 0x400;
const central = data + 0x800;

/** Memory of a program with gperftools' tcmalloc: a span of 16-byte blocks, a large block and a free page. */
export const tcmallocMemory = new ProcessMemory()
  .segment(pages, 4 * pageBytes)
  .segment(data, 0x1000, 0x10_2000)
  .segment(leaf, 0x1000, 0x20_0000)
  .segment(structures, 0x1000);

export const tcmallocModules = [
  moduleAt(0, "/opt/shop", [0x40_0000, 0x40_1000]),
  moduleAt(1, "/lib/libtcmalloc.so.4", [data, data + 0x1000]),
];

export const tcmallocStack = data + 0xe00;

const sizes = [0, 8, 16, 32, 48, 64, 80, 96, 112, 128, 144, 160, 176, 192, 208, 224, 240, 256];
sizes.forEach((size, index) => {
  tcmallocMemory.int(classTable + 4 * index, size);
});

const small = 2;
const blockAt = (index: number) => pages + 16 * index;

tcmallocMemory.words(root, leaf);
const empty = central + 16;
[
  { first: 0, length: 1, sizeClass: small, state: 0, taken: 510, ring: empty, objects: blockAt(4) },
  { first: 1, length: 2, sizeClass: 0, state: 0, taken: 0, ring: 0, objects: 0 },
  { first: 3, length: 1, sizeClass: 0, state: 1, taken: 0, ring: 0, objects: 0 },
].forEach(({ first, length, sizeClass, state, taken, ring, objects }, index) => {
  const span = structures + 48 * index;
  const page = pages / pageBytes + first;
  tcmallocMemory.words(
    span,
    page,
    length,
    ring,
    ring,
    objects,
    taken + sizeClass * 2 ** 16 + state * 2 ** 24,
  );
  for (const each of [page, page + length - 1]) tcmallocMemory.words(leaf + 8 * each, span);
});

// What the span has for itself, what the central list has in a slot, what a thread has.
tcmallocMemory.words(blockAt(4), blockAt(5));
tcmallocMemory.words(central, 0, small, pages / pageBytes, 0, structures, structures);
const slots = central + 128;
tcmallocMemory.words(slots, blockAt(10), blockAt(11)).words(blockAt(10), blockAt(11));
[1, 2, 64].forEach((count, index) => {
  tcmallocMemory.int(slots + 64 * 16 + 4 * index, count);
});
const cache = structures + 0x400;
sizes.forEach((size, index) => {
  const list = cache + 32 * index;
  if (index === small) tcmallocMemory.words(list, blockAt(20), 1);
  tcmallocMemory.int(list + 16, 1).int(list + 24, size);
});
tcmallocMemory.words(tcmallocStack, blockAt(1), pages + pageBytes);
