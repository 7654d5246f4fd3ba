import { describe, expect, it } from "vitest";
import { ProblemList } from "../../../../analyzer/base/problems";
import { unwatched } from "../../../../analyzer/base/work";
import { architectures } from "../../../../analyzer/core/architecture";
import { walkMallocHeap } from "../../../../analyzer/core/malloc/mallocHeap";
import { findFlatlyMappedPages } from "../../../../analyzer/core/malloc/mimalloc/flatMap";
import { narrowLayout } from "../../../../analyzer/core/malloc/mimalloc/narrowLayout";
import { moduleAt, ProcessMemory } from "../../../build/processMemory";

type Width = 4 | 8;

const data = 0x60_0000;
const heap = data + 0x200;
const thread = 0x77_1230;
const blockBytes = 48;

/** Memory of a program, written in words of its own width. */
class NarrowOrWide {
  readonly memory = new ProcessMemory().segment(data, 0x1000);

  constructor(readonly width: Width) {}

  words(at: number, ...values: readonly (number | bigint)[]): this {
    values.forEach((value, index) => {
      if (this.width === 8) this.memory.words(at + 8 * index, value);
      else this.memory.int(at + 4 * index, Number(value));
    });
    return this;
  }

  walk() {
    const problems = new ProblemList();
    const modules = [
      moduleAt(0, "/opt/shop", [0x40_0000, 0x40_1000]),
      moduleAt(1, "/lib/libmimalloc.so", [data, data + 0x1000]),
    ];
    const machine = this.width === 8 ? architectures.x86_64 : architectures.i386;
    const process = this.memory.process(this.memory.bytes(), modules, data + 0xf00, machine);
    const never = () => false;
    return { ...walkMallocHeap(process, never, never, problems, unwatched), problems: problems.toArray() };
  }
}

const keys = [0x1234_5678n, 0x0bad_cafen] as const;

/** As builds that want to notice overwritten links write them. */
function encoded(target: number, width: Width): bigint {
  const bits = BigInt(8 * width);
  const by = keys[0] % bits;
  const mixed = BigInt(target) ^ keys[1];
  return BigInt.asUintN(Number(bits), ((mixed << by) | (mixed >> (bits - by))) + keys[0]);
}

/** Of mimalloc 1.7 built with `MI_SECURE=4`: three blocks in use, three freed by others that wait in the heap. */
function hardened(width: Width): NarrowOrWide {
  const segmentBytes = width === 8 ? 4 << 20 : 2 << 20;
  const pageBytes = segmentBytes / 64;
  const segment = 4 * segmentBytes;
  const second = segment + pageBytes;
  const made = new NarrowOrWide(width);
  made.memory.segment(segment, 0x2000, pageBytes).segment(second, 0x1000, segmentBytes - pageBytes);
  const pages = segment + 15 * width;
  const descriptionBytes = width === 8 ? 80 : 48;
  made
    .words(pages - 8 * width, 1, 64, segmentBytes, 0x1100, 0x77, Math.log2(pageBytes), thread)
    .words(pages - width, 0);
  for (let index = 0; index < 64; index++) made.memory.write(pages + descriptionBytes * index, [index]);
  const page = pages + descriptionBytes;
  const block = (index: number) => second + blockBytes * index;
  made.memory.int(page, 1 + 2 ** 8 + 6 * 2 ** 16).int(page + 4, Math.floor(pageBytes / blockBytes));
  made.words(page + 8, 0, ...keys);
  const counts = page + 8 + 3 * width;
  made.memory.int(counts, 6).int(counts + 4, blockBytes);
  made.words(counts + 8, 0, 0, heap);
  // The list of the heap, its thread, a cookie, and the keys of the list.
  made.words(heap + 16 * width, block(1), thread, 0x99, ...keys);
  made.words(block(1), encoded(block(3), width));
  made.words(block(3), encoded(block(5), width));
  made.words(block(5), encoded(heap, width));
  return made;
}

describe.each([4, 8] as const)("mimalloc 1.7 with encoded links, pointers of %d bytes", (width) => {
  it("has as free all blocks that others freed", () => {
    expect(hardened(width).walk()).toMatchObject({
      allocator: { name: "mimalloc", isWalked: true },
      problems: [],
      usedClasses: [{ size: blockBytes, blocks: 3 }],
    });
  });
});

describe("mimalloc of 32 bits", () => {
  it("is walked by its slices (2.1 and later)", () => {
    const segment = 0x200_0000;
    const slice = 0x8000;
    const made = new NarrowOrWide(4);
    made.memory.segment(segment, 0x2000, slice).segment(segment + slice, 0x1000, 127 * slice);
    const slices = segment + 112;
    made.words(slices - 20, 128, 1, 0, 128, thread).memory.int(slices, 1);
    const first = segment + slice + 96;
    const block = (index: number) => first + blockBytes * index;
    const page = slices + 56;
    made.memory
      .int(page, 1)
      .int(page + 8, 6 * 2 ** 16)
      .int(page + 12, 600);
    // One in each of its lists, the third freed by another thread.
    made.words(page + 16, block(2), block(4), 4, blockBytes, first, block(5) + 1, heap);
    made.words(page + 56, 126);
    expect(made.walk()).toMatchObject({
      allocator: { name: "mimalloc", isWalked: true },
      problems: [],
      usedClasses: [{ size: blockBytes, blocks: 3 }],
    });
  });

  it("is walked by the bytes of its map (3.0 and later)", () => {
    const map = 0x100_0000;
    const slice = 0x8000;
    const page = 0x200_0000;
    const made = new NarrowOrWide(4);
    made.memory.segment(map, 2 ** 17).segment(page, 0x1000, 2 * slice);
    made
      .words(data + 0x100, map)
      .memory.write(map, [1])
      .write(map + page / slice, [1, 2]);
    const first = page + 96;
    const block = (index: number) => first + blockBytes * index;
    made.words(page, thread, block(2), 4 + 6 * 2 ** 16, 600, block(4), block(5) + 1, blockBytes, first);
    expect(made.walk()).toMatchObject({
      allocator: { name: "mimalloc", isWalked: true },
      problems: [],
      usedClasses: [{ size: blockBytes, blocks: 3 }],
    });
  });
});

it("looking for the map of a 32-bit mimalloc asks at each page of variables whether to go on", () => {
  const pages = 16;
  const memory = new ProcessMemory().segment(data, pages * 0x1000);
  const modules = [moduleAt(0, "/lib/libmimalloc.so", [data, data + pages * 0x1000])];
  const image = memory.process(memory.bytes(), modules, data, architectures.i386);
  let asked = 0;
  const work = { ...unwatched, throwIfCancelled: () => asked++ };
  expect(findFlatlyMappedPages(image, narrowLayout, work)).toEqual([]);
  expect(asked).toBe(pages);
});
