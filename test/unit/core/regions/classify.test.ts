import { describe, expect, it } from "vitest";
import { BytesSource } from "../../../../analyzer/base/byteSource";
import { ProblemList } from "../../../../analyzer/base/problems";
import { unwatched } from "../../../../analyzer/base/work";
import { readProcessSnapshot } from "../../../../analyzer/core/knownFormats";
import { ChunkTable } from "../../../../analyzer/core/malloc/chunkTable";
import { unprotect } from "../../../../analyzer/core/malloc/glibc/layout";
import type { MemorySegment } from "../../../../analyzer/core/memorySegment";
import { classifyRegions } from "../../../../analyzer/core/regions/classify";
import { cutSegments } from "../../../../analyzer/core/regions/cutSegments";
import type { Claim } from "../../../../analyzer/core/regions/region";
import { residentEstimate } from "../../../../analyzer/core/regions/residentPages";
import { buildCore } from "../../../build/elfBuilder";
import { leaksIn } from "../../../build/leaksIn";

const claim = (start: number, end: number, label: string): Claim => ({
  start,
  end,
  label,
  kind: "gc",
  category: label,
  exact: true,
});

const segment = (start: number, end: number, dumpedBytes = end - start, flags = 6): MemorySegment => ({
  start: BigInt(start),
  end: BigInt(end),
  fileOffset: 0,
  fileBytes: dumpedBytes,
  dumpedBytes,
  protection: flags,
});

describe("cutting segments", () => {
  it("gives every byte to the first claim that covers it", () => {
    const regions = cutSegments(
      [segment(0x1000, 0x9000, 0x4000), segment(0xa000, 0xb000, 0, 0)],
      [claim(0x3000, 0x5000, "first"), claim(0x2000, 0x8000, "second"), claim(0x8000, 0xa800, "third")],
    );
    expect(
      regions.map(({ start, end, category, dumpedBytes }) => [
        Number(start),
        Number(end),
        category,
        dumpedBytes,
      ]),
    ).toEqual([
      [0x1000, 0x2000, "Unexplained", 0x1000],
      [0x2000, 0x3000, "second", 0x1000],
      [0x3000, 0x5000, "first", 0x2000],
      [0x5000, 0x8000, "second", 0],
      [0x8000, 0x9000, "third", 0],
      [0xa000, 0xa800, "third", 0],
      [0xa800, 0xb000, "Reserved", 0],
    ]);
  });

  it("agrees with painting byte by byte on random claims", () => {
    let seed = 7;
    const random = (below: number) => {
      seed = (Math.imul(seed, 1103515245) + 12345) >>> 0;
      return Math.floor((seed / 2 ** 32) * below);
    };
    for (let round = 0; round < 200; round++) {
      const segments: MemorySegment[] = [];
      for (let at = random(10); at < 180; ) {
        const end = at + 1 + random(40);
        segments.push(segment(at, end));
        at = end + random(10);
      }
      const claims = Array.from({ length: random(12) }, (_, index) => {
        const start = random(200);
        return claim(start, start + 1 + random(60), `claim ${index}`);
      });
      const painted = new Map<number, string>();
      for (const { start, end } of segments)
        for (let at = Number(start); at < Number(end); at++)
          painted.set(
            at,
            claims.find((each) => each.start <= at && at < each.end)?.category ?? "Unexplained",
          );
      const cut = new Map<number, string>();
      for (const region of cutSegments(segments, claims))
        for (let at = Number(region.start); at < Number(region.end); at++) {
          expect(cut.has(at)).toBe(false);
          cut.set(at, region.category);
        }
      expect(cut).toEqual(painted);
    }
  });
});

describe("a core that says nothing of what was mapped", () => {
  const image = () =>
    readProcessSnapshot(
      new BytesSource(
        "core",
        buildCore({
          segments: [
            { address: 0x10000n, bytes: new Uint8Array(8192).fill(1, 4096) },
            { address: 0x20000n, bytes: new Uint8Array(0), memoryBytes: 1 << 20, flags: 0 },
          ],
        }),
      ),
      new ProblemList(),
    );

  it("is all unexplained, and says so", () => {
    const map = classifyRegions(image(), new ProblemList(), unwatched);
    expect(map.unexplainedBytes).toBe(8192);
    expect(map.dumpedBytes).toBe(8192);
    expect(map.byCategory.get("Reserved")?.reservedBytes).toBe(1 << 20);
    expect(map.malloc).toMatchObject({ arenas: [], usedBytes: 0 });
    expect(residentEstimate(image(), map.regions, unwatched)?.get("Unexplained")).toBe(4096);
    expect(leaksIn(image(), map.malloc).leakedBlocks).toBe(0);
  });
});

describe("malloc's blocks", () => {
  it("are found by interior pointers, not by ones behind them", () => {
    const table = new ChunkTable({ block: 8, mapped: 16 });
    for (const [start, size] of [
      [5000, 64],
      [1000, 32],
      [2000, 48],
    ] as const)
      table.add(start, size);
    table.finish();
    expect([1000, 1023, 1024, 2000, 2039, 2040, 999, 5055].map((address) => table.indexAt(address))).toEqual([
      0, 0, -1, 1, 1, -1, -1, 2,
    ]);
  });

  it("have links that undo safe-linking", () => {
    const position = 0x7f12_3456_7890;
    const pointer = 0x5555_5555_a0b0;
    const stored = Number(BigInt(pointer) ^ (BigInt(position) >> 12n));
    expect(unprotect(position, stored)).toBe(pointer);
  });
});
