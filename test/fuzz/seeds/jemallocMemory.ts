import { bytesOfClass, extentState } from "../../../analyzer/core/malloc/jemalloc/layout";
import { moduleAt, ProcessMemory } from "../../build/processMemory";

const pages = 0x20_0000;
const data = 0x60_0000;
const leaf = 0x100_0000;
const structures = 0x140_0000;
const root = data + 0x100;
const mapBytes = 2 << 20;

/** Memory of a program with jemalloc 5.3: a slab of 48-byte blocks, a large block, dirty pages and retained ones. */
export const jemallocMemory = new ProcessMemory()
  .segment(pages, 0xc000)
  .segment(data, 0x1000, mapBytes + 0x1000)
  .segment(leaf, 0x2000, mapBytes)
  .segment(structures, 0x1000);

export const jemallocModules = [
  moduleAt(0, "/opt/shop", [0x40_0000, 0x40_1000]),
  moduleAt(1, "/lib/libjemalloc.so.2", [data, data + 0x1000]),
];

export const jemallocStack = data + 0xe00;

jemallocMemory.words(root, leaf);
const noClass = 232;
const small = 3;
const large = Array.from({ length: noClass }, (_, index) => index).find(
  (index) => bytesOfClass(index) === 20_480,
)!;

const extents = [
  { start: pages, bytes: 0x3000, sizeClass: small, isSlab: true, state: extentState.active },
  { start: pages + 0x3000, bytes: 0x6000, sizeClass: large, isSlab: false, state: extentState.active },
  { start: pages + 0x9000, bytes: 0x2000, sizeClass: noClass, isSlab: false, state: extentState.dirty },
  { start: pages + 0xb000, bytes: 0x1000, sizeClass: noClass, isSlab: false, state: extentState.retained },
];
extents.forEach(({ start, bytes, sizeClass, isSlab, state }, index) => {
  const structure = structures + index * 128;
  const slab = isSlab ? 1n : 0n;
  const bits = (slab << 12n) | (BigInt(state) << 17n) | (BigInt(sizeClass) << 20n);
  const address = sizeClass === large ? start + 0x140 : start;
  jemallocMemory.words(structure, bits, address, bytes);
  // Of the 256 blocks every other one of the first 128 is free.
  if (isSlab) jemallocMemory.words(structure + 64, 0x5555_5555_5555_5555n, 0x5555_5555_5555_5555n);
  const entry = (BigInt(sizeClass) << 48n) | BigInt(structure) | slab;
  for (const page of [start, start + bytes - 4096]) jemallocMemory.words(leaf + (page / 4096) * 8, entry);
});
jemallocMemory.words(jemallocStack, pages + 48, pages + 0x3140);
