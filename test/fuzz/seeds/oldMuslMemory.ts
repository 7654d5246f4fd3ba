import { moduleAt, ProcessMemory } from "../../build/processMemory";

const data = 0x60_0000;
const heap = 0x70_0000;
const mapped = 0x7f00_0000_0000;
const modules = [
  moduleAt(0, "/opt/shop", [0x40_0000, 0x40_1000]),
  moduleAt(1, "/lib/ld-musl-x86_64.so.1", [data, data + 0x1000]),
];
const stack = data + 0xe00;

/** Memory of a program with musl 1.1: a free chunk between two others, and a block with a mapping of its own. */
export const oldMusl = { memory: new ProcessMemory(), modules, stack };
const bins = data + 0x108;
const binAt = (index: number) => bins + 24 * index;
const first = heap + 16;
const free = first + 0x40;
const last = free + 0x60;
oldMusl.memory
  .segment(data, 0x1000)
  .segment(heap, 0x1000)
  .segment(mapped, 0x1000, 0x4_0000)
  .words(data + 0x100, 0b100)
  .words(binAt(2) + 8, free, free)
  .words(binAt(5) + 8, binAt(5) - 8, binAt(5) - 8)
  .words(first, 1, 0x41)
  .words(free, 0x41, 0x60, binAt(2) - 8, binAt(2) - 8)
  .words(last, 0x60, 0x81)
  .words(last + 0x80, 0x81, 1)
  .words(mapped + 16, 16, 0x4_0000 - 16)
  .words(stack, last + 16);
