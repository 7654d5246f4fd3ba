import { describe, expect, it } from "vitest";
import { ProblemList } from "../../../../analyzer/base/problems";
import { unwatched } from "../../../../analyzer/base/work";
import { architectures } from "../../../../analyzer/core/architecture";
import { walkMallocHeap } from "../../../../analyzer/core/malloc/mallocHeap";
import { ProcessMemory } from "../../../build/processMemory";

/** What differs between builds of glibc, as their debug information has it. */
interface Build {
  readonly machine: "x86_64" | "i386";
  readonly fastbins: number;
  readonly bins: number;
  /** Words between `next` and `system_mem`. */
  readonly fields: number;
  readonly alignment: number;
  /** Of the tcache: bytes of a counter, bins, whether it counts what still fits. */
  readonly tcache?: readonly [counter: number, bins: number, countsRoom: boolean];
  readonly safeLinking?: boolean;
  /** Offsets in `mp_` of n_mmaps_max, mmapped_mem and sbrk_base. */
  readonly counters: readonly [limit: number, mapped: number, base: number];
}

const builds: Record<string, Build> = {
  "2.12 x86-64": {
    machine: "x86_64",
    fastbins: 8,
    bins: 104,
    fields: 1,
    alignment: 16,
    counters: [28, 48, 72],
  },
  "2.17 x86-64": {
    machine: "x86_64",
    fastbins: 8,
    bins: 104,
    fields: 2,
    alignment: 16,
    counters: [44, 56, 80],
  },
  "2.26 x86-64": {
    machine: "x86_64",
    fastbins: 8,
    bins: 104,
    fields: 3,
    alignment: 16,
    tcache: [1, 64, false],
    counters: [44, 56, 72],
  },
  "2.31 x86-64": {
    machine: "x86_64",
    fastbins: 16,
    bins: 112,
    fields: 3,
    alignment: 16,
    tcache: [2, 64, false],
    counters: [44, 56, 72],
  },
  "2.36 x86-64": {
    machine: "x86_64",
    fastbins: 16,
    bins: 112,
    fields: 3,
    alignment: 16,
    tcache: [2, 64, false],
    safeLinking: true,
    counters: [64, 80, 96],
  },
  "2.43 x86-64": {
    machine: "x86_64",
    fastbins: 8,
    bins: 24,
    fields: 3,
    alignment: 16,
    tcache: [2, 76, true],
    safeLinking: true,
    counters: [72, 88, 104],
  },
  "2.12 i386": { machine: "i386", fastbins: 8, bins: 56, fields: 1, alignment: 8, counters: [16, 32, 44] },
  "2.23 i386": { machine: "i386", fastbins: 8, bins: 56, fields: 3, alignment: 8, counters: [24, 36, 48] },
  "2.26 i386": {
    machine: "i386",
    fastbins: 8,
    bins: 60,
    fields: 3,
    alignment: 16,
    tcache: [1, 64, false],
    counters: [24, 36, 44],
  },
  "2.36 i386": {
    machine: "i386",
    fastbins: 12,
    bins: 64,
    fields: 3,
    alignment: 16,
    tcache: [2, 64, false],
    safeLinking: true,
    counters: [36, 48, 56],
  },
  "2.43 i386": {
    machine: "i386",
    fastbins: 8,
    bins: 16,
    fields: 3,
    alignment: 16,
    tcache: [2, 76, true],
    safeLinking: true,
    counters: [40, 52, 60],
  },
};

const data = 0x60_0000;
const heap = 0x70_0000;
const mapping = 0x90_0000;
const heapBytes = 0x5000;

/** A heap of four blocks in use, one in a thread's cache, one free in a bin, one in a fast bin, a mapped one. */
function heapOf(build: Build) {
  const architecture = architectures[build.machine];
  const word = architecture.pointerBytes;
  const header = 2 * word;
  const memory = new ProcessMemory().segment(data, 0x2000).segment(heap, heapBytes).segment(mapping, 0x3000);
  const put = (address: number, ...values: number[]) =>
    values.forEach((value, index) => {
      if (word === 8) memory.words(address + index * 8, value);
      else memory.int(address + index * 4, value);
    });
  const link = (at: number, target: number) =>
    put(at, build.safeLinking === true ? Number(BigInt(target) ^ (BigInt(at) >> 12n)) : target);
  const state = data + 0x200;
  const bins = state + build.bins;
  for (let bin = 0; bin < 127; bin++)
    put(bins + bin * header, bins + (bin - 1) * header, bins + (bin - 1) * header);
  const next = bins + 127 * header + 16;
  put(next, state);
  put(next + build.fields * word, heapBytes, heapBytes);

  const [counter, tcacheBins, countsRoom] = build.tcache ?? [0, 0, false];
  const aligned = (bytes: number) => Math.ceil((bytes + word) / build.alignment) * build.alignment;
  const cacheBytes = aligned(tcacheBins * (counter + word));
  const small = 4 * word;
  const first = Math.ceil((heap + header) / build.alignment) * build.alignment - header;
  const sizes = [...(build.tcache === undefined ? [] : [cacheBytes]), small, 64, 1024, 64, 96, 96];
  const starts: number[] = [];
  let at = first;
  for (const size of sizes) {
    starts.push(at);
    put(at + word, size + 1);
    at += size;
  }
  put(at + word, heap + heapBytes - at + 1);
  put(bins - header, at);
  const [cached, kept, free, behind, fast, last] = starts.slice(-6) as [
    number,
    number,
    number,
    number,
    number,
    number,
  ];
  put(behind, 1024, 64);
  put(free + header, bins - header, bins - header);
  put(bins, free, free);
  if (build.tcache !== undefined) {
    const cache = first + header;
    const room = (bin: number) => (countsRoom ? (bin === 0 ? 6 : 7) : bin === 0 ? 1 : 0);
    for (let bin = 0; bin < tcacheBins; bin++)
      memory.write(cache + bin * counter, counter === 1 ? [room(bin)] : [room(bin), 0]);
    put(cache + tcacheBins * counter, cached + header);
    link(cached + header, 0);
  }
  const hasFastbins = build.bins - header > build.fastbins;
  if (hasFastbins) {
    put(state + build.fastbins + 4 * word, fast);
    link(fast + header, 0);
  }
  const [limit, mapped, base] = build.counters;
  const counters = data + 0x1800;
  memory
    .int(counters + limit, 65_536)
    .int(counters + limit - 4, 1)
    .int(counters + limit + 4, 1);
  put(counters + mapped, 0x2000, 0x2000);
  put(counters + base, heap);
  const padding = build.machine === "i386" && build.alignment === 16 ? 8 : 0;
  const less = build.bins < 56 ? padding + header : padding;
  put(mapping + padding, padding, 0x2000 - less + 2);
  const process = memory.process(memory.bytes(), [], data, architecture);
  return {
    process,
    used: [
      kept,
      behind,
      last,
      ...(hasFastbins ? [] : [fast]),
      ...(build.tcache === undefined ? [cached] : [first]),
    ]
      .map((each) => each + header)
      .sort((a, b) => a - b),
    mappedUser: mapping + padding + header,
    freeBytes: 1024 + (hasFastbins ? 96 : 0) + heap + heapBytes - at,
    cachedBytes: build.tcache === undefined ? 0 : small,
  };
}

describe("glibc's malloc without a module's name, in the layout of", () => {
  it.each(Object.keys(builds))("%s", (name) => {
    const { process, used, mappedUser, freeBytes, cachedBytes } = heapOf(builds[name]!);
    const problems = new ProblemList();
    const never = () => false;
    const walked = walkMallocHeap(process, never, never, problems, unwatched);
    expect(walked).toMatchObject({
      allocator: { name: "glibc" },
      usedBytes: heapBytes - freeBytes,
      freeBytes,
      threadCacheBytes: cachedBytes,
      mapped: { bytes: 0x2000, isComplete: true },
      unwalkedBytes: 0,
    });
    const starts = Array.from({ length: walked.blocks.count }, (_, index) => walked.blocks.startOf(index));
    expect(starts).toEqual([...used, mappedUser]);
    expect(walked.blocks.endOf(walked.blocks.count - 1)).toBe(mapping + 0x2000);
    expect(problems.toArray()).toEqual([]);
  });
});
