import { describe, expect, it } from "vitest";
import { unwatched } from "../../../../analyzer/base/work";
import { BlockLinks } from "../../../../analyzer/core/malloc/blockLinks";
import { ChunkTable } from "../../../../analyzer/core/malloc/chunkTable";
import { inOrder } from "../../../../analyzer/core/malloc/inOrder";
import { ProcessMemory } from "../../../build/processMemory";

/** Numbers below a bound, the same in each run. */
function randomOf(seed: number): (below: number) => number {
  let state = seed;
  return (below) => {
    state = (Math.imul(state, 1_103_515_245) + 12_345) >>> 0;
    return Math.floor((state / 2 ** 32) * below);
  };
}

/** Blocks of a heap near others, of one far away, and large ones with gaps. */
function blocksOf(random: (below: number) => number): {
  table: ChunkTable;
  starts: number[];
  ends: number[];
} {
  const table = new ChunkTable({ block: 8, mapped: 16 });
  const starts: number[] = [];
  const ends: number[] = [];
  let at = 0x5555_0000_0010;
  for (let index = 0; index < 2000; index++) {
    const size = 16 * (1 + random(index % 100 === 0 ? 100_000 : 20));
    starts.push(at);
    ends.push(at + size - 8);
    at += size;
    if (random(10) === 0) at += 16 * random(index % 50 === 0 ? 2 ** 20 : 100);
    if (index === 1500) at = 0x7f00_0000_0010;
  }
  // Arenas come in any order.
  const order = [...starts.keys()].filter((each) => each >= 1000).concat([...Array(1000).keys()]);
  for (const index of order) table.add(starts[index]!, ends[index]! + 8 - starts[index]!);
  table.finish();
  return { table, starts, ends };
}

describe("a table of blocks", () => {
  it("finds the block of each address as a plain search does", () => {
    const random = randomOf(7);
    const { table, starts, ends } = blocksOf(random);
    const plainly = (address: number) =>
      starts.findIndex((start, index) => start <= address && address < ends[index]!);
    const asked = [0, 1, 0x5555_0000_000f, 0x7f00_0000_000f, starts.at(-1)!, ends.at(-1)!, 2 ** 47];
    for (const [index, start] of starts.entries())
      asked.push(start, start - 1, ends[index]! - 1, ends[index]!, start + random(ends[index]! - start));
    expect(asked.map((address) => table.indexAt(address))).toEqual(asked.map(plainly));
  });

  it("has none without blocks", () => {
    const table = new ChunkTable({ block: 8, mapped: 16 });
    table.finish();
    expect([0, 16, 2 ** 40].map((address) => table.indexAt(address))).toEqual([-1, -1, -1]);
  });
});

it("puts columns into order as a stable sort does", () => {
  const random = randomOf(3);
  const keys = Float64Array.from({ length: 501 }, (_, index) => (index % 60) * 10 + random(30));
  const values = keys.map((_, index) => index);
  const sorted = [...values].sort((a, b) => keys[a]! - keys[b]!);
  const [ofKeys, ofValues] = inOrder(keys.slice(), values.slice());
  expect([...ofValues]).toEqual(sorted);
  expect([...ofKeys]).toEqual(sorted.map((index) => keys[index]));
});

describe.each([8, 4] as const)("links of blocks, pointers of %d bytes", (pointerBytes) => {
  const heap = 0x10_0000;
  // Of 16 bytes and a header between them: the last word of each is the header of the next.
  const random = randomOf(pointerBytes);
  const memory = new ProcessMemory().segment(heap, 0x8000);
  const table = new ChunkTable({ block: pointerBytes, mapped: pointerBytes });
  const count = 500;
  for (let index = 0; index < count; index++) table.add(heap + 48 * index, 48);
  const expected: [number, number, number][] = [];
  for (let index = 0; index < count; index++)
    for (let at = heap + 48 * index; at < heap + 48 * (index + 1); at += pointerBytes) {
      if (random(3) !== 0) continue;
      const target = random(count);
      const word = heap + 48 * target + random(48 - pointerBytes);
      if (pointerBytes === 8) memory.words(at, word);
      else memory.int(at, word);
      const isOwn = at < heap + 48 * (index + 1) - pointerBytes;
      if (isOwn && target !== index) expected.push([index, target, at]);
    }
  const image = memory.process(memory.bytes(), [], heap).memory;
  const ofWidth = Object.assign(Object.create(image), { pointerBytes });

  it("are those of each block's words, up to where enough are kept", () => {
    for (const most of [1 << 20, 100, 1]) {
      const links = new BlockLinks(ofWidth, table, unwatched, most);
      const found: [number, number, number][] = [];
      let left = -1;
      for (let index = 0; index < count; index++) {
        const isKept = links.forEachOf(index, (target, at) => found.push([index, target, at]));
        if (!isKept && left < 0) left = index;
        if (left >= 0) expect(isKept).toBe(false);
      }
      expect(found).toEqual(left < 0 ? expected : expected.filter(([from]) => from < left));
      expect(left >= 0).toBe(expected.length > most);
    }
  });
});
