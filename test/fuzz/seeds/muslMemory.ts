import { moduleAt, ProcessMemory } from "../../build/processMemory";

const data = 0x60_0000;
const areas = 0x70_0000;
const groups = 0x7f00_0000_0000;
const secret = 0x1234_5678_9abc_def1n;

/** Memory of a program with musl's mallocng: a group of 32-byte slots within a larger one's, and a block by itself. */
export const muslMemory = new ProcessMemory()
  .segment(data, 0x1000)
  .segment(areas, 0x1000)
  .segment(groups, 0x4000);

export const muslModules = [
  moduleAt(0, "/opt/shop", [0x40_0000, 0x40_1000]),
  moduleAt(1, "/lib/ld-musl-x86_64.so.1", [data, data + 0x1000]),
];

export const muslStack = data + 0x800;

const context = data + 0x100;
muslMemory.words(context, secret).words(context + 56, areas, areas);
muslMemory.words(areas, secret, 0, 3);

interface MadeGroup {
  readonly start: number;
  readonly free: number;
  readonly slots: number;
  readonly sizeClass: number;
  readonly pages: number;
}

const outer: MadeGroup = { start: groups, free: 0b1000, slots: 4, sizeClass: 23, pages: 2 };
const inner: MadeGroup = { start: groups + 16, free: 0b110, slots: 30, sizeClass: 1, pages: 0 };
const alone: MadeGroup = { start: groups + 0x2000, free: 0, slots: 1, sizeClass: 63, pages: 2 };
[outer, inner, alone].forEach(({ start, free, slots, sizeClass, pages }, index) => {
  const meta = areas + 24 + index * 40;
  muslMemory.words(meta + 16, start).int(meta + 24, free);
  muslMemory.words(meta + 32, slots - 1 + sizeClass * 64 + pages * 4096);
  muslMemory.words(start, meta);
});
// The second slot's block begins one unit further in.
const slot = groups + 16 + 127 * 16;
muslMemory.write(slot - 3, [7 * 32, 1, 0]);
muslMemory.words(muslStack, slot + 16, alone.start + 16);
