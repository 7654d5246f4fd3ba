import { expect, it } from "vitest";
import {
  collectorNames,
  processParsers,
  readFlatMap,
  readGo,
  readHeapDumpOfJvm,
  readJemalloc,
  readJvm,
  readMalloc,
  readMappedPages,
  readMusl,
  readNumberedPages,
  readOldMusl,
  readProcessorCaches,
  readPython,
  readScriptStack,
  readSegments,
  readTcmalloc,
  readThreadCaches,
  readTrackedMemory,
  readVirtualThreads,
} from "./processParsers";

it("the seed of malloc is a whole heap", async () => {
  const [seed] = await seedsOf("malloc");
  expect(readMalloc(seed!)).toMatchObject({
    arenas: [
      { heaps: 1, systemBytes: 0x4000, freeBlocks: 1, fastBlocks: 1 },
      { heaps: 2, systemBytes: 0x8000, freeBlocks: 0 },
    ],
    threadCacheBlocks: 3,
    mapped: { bytes: 0x2000, isComplete: true },
    unwalkedBytes: 0,
  });
});

it("the seed of native memory tracking has its counters and its ranges", async () => {
  const [seed] = await seedsOf("nativeMemory");
  const read = readTrackedMemory(seed!) as { readonly ranges: readonly unknown[] };
  expect(read).toMatchObject({ mallocCount: 621, mallocBytes: 891_000 });
  expect(read.ranges).toHaveLength(8);
});

it.each(collectorNames.map((name, index) => [name, index] as const))(
  "the seed of a JVM with %s is walked to its end",
  async (collector, index) => {
    const seed = (await seedsOf("jvm"))[index]!;
    expect(readJvm(seed)).toMatchObject({
      version: "21.0.1+12",
      heap: { collector, usedBytes: 0x1000 },
      threads: [{ lwp: 7, localBuffer: {} }],
      codeCache: [{ label: "code cache" }, { label: "code cache segment map" }],
      metaspace: { classes: 5, loaders: 1 },
      directMemory: { buffers: 4096, reservedBytes: 4096 },
      contents: {
        unwalkedBytes: 0,
        directBuffers: [{ address: 0x9000_0000, capacity: 4096 }],
      },
    });
  },
);

it.each(collectorNames.map((name, index) => [name, index] as const))(
  "the seed of a JVM with %s is a heap dump to its end",
  async (_, index) => {
    const seed = (await seedsOf("jvmHeapDump"))[index]!;
    const { objects } = (readJvm(seed) as { readonly contents: { readonly objects: number } }).contents;
    expect(objects).toBeGreaterThan(0);
    expect(readHeapDumpOfJvm(seed)).toMatchObject({ walk: { objects, unwalkedBytes: 0, leftOutArrays: 0 } });
  },
);

async function seedsOf(parser: string): Promise<readonly Uint8Array[]> {
  const { seeds } = processParsers[parser]!;
  return typeof seeds === "function" ? seeds() : seeds;
}

it("the seed of Go has goroutines that wait and run, and a heap of spans", async () => {
  const [seed] = await seedsOf("goRuntime");
  const rest = ["main.ask /src/main.go:10", "main.wait /src/main.go:10", "runtime.goexit /src/main.go:10"];
  const gopark = "runtime.gopark /src/main.go:10";
  expect(readGo(seed!)).toMatchObject({
    title: "Go 1.26.8",
    problems: [],
    goroutines: [
      {
        title: "goroutine 1",
        state: "chan receive",
        waits: "waits to receive from the channel 0xc000001400, 1 of 2 full",
        functions: [gopark, ...rest],
      },
      {
        title: "goroutine 2",
        state: "sync.Mutex.Lock",
        waits: "waits for the sync.Mutex 0xc000001500, held by someone, 1 waits",
        functions: [gopark, "sync.(*Mutex).lockSlow /src/main.go:10", rest[2]],
      },
      { title: "goroutine 3", state: "running", runsOn: 7 },
    ],
    heap: {
      gc: { cycles: 3 },
      account: {
        usedClasses: [
          { size: 8192, blocks: 1 },
          { size: 640, blocks: 4 },
          { size: 512, blocks: 4 },
          { size: 48, blocks: 4 },
        ],
      },
    },
    types: [
      ...none(5),
      "main.order",
      "main.order",
      ...none(2),
      "map[int]int",
      "map[int]int groups",
      "closure of main.wait",
      undefined,
    ],
  });
});

const none = (count: number): undefined[] => Array.from({ length: count }, () => undefined);

it("the seed of virtual threads has one that runs, and others that wait or have not begun", async () => {
  const [seed] = await seedsOf("virtualThreads");
  const called = ["total", "sell", "main"].map((name) => `com.acme.Shop$Till.${name}`);
  expect(readVirtualThreads(seed!)).toEqual({
    problems: [],
    carrier: 'virtual thread 31 "buyer"',
    threads: [
      {
        title: 'virtual thread 31 "buyer"',
        state: "runnable",
        isInCall: false,
        runsOn: 7,
        functions: ["com.acme.Shop$Till.print", ...called, "StubRoutines (1)"],
        stack: [5, "outermost", 17],
      },
      {
        title: 'virtual thread 32 "seller"',
        state: "blocked",
        isInCall: true,
        wait: ["waits to lock the monitor of a com.acme.Shop$Till (0x80000300)", 8],
        functions: called,
        stack: [2, "outermost", 17],
      },
      {
        title: "virtual thread 33",
        state: "waiting",
        isInCall: true,
        wait: ["is parked to wait for a com.acme.Lock (0x80000340)", 7],
        functions: [],
        stack: [0, "outermost", 0],
      },
      {
        title: 'virtual thread 34 "task"',
        state: "new",
        isInCall: true,
        functions: [],
        stack: [0, "outermost", 0],
      },
    ],
    // Words of the frames that are not zero, and frames.
    waiting: [
      [0, 0],
      [7, 2],
      [0, 0],
    ],
  });
});

it("the seed of jemalloc is a whole heap", async () => {
  const [seed] = await seedsOf("jemalloc");
  expect(readJemalloc(seed!)).toMatchObject({
    allocator: { name: "jemalloc" },
    arenas: [{ systemBytes: 0xb000, usedBlocks: 193, freeBlocks: 64, topBytes: 0x2000 }],
    usedClasses: [
      { size: 20_480, blocks: 1 },
      { size: 48, blocks: 192 },
    ],
    overheadBytes: 4096,
    blocks: 193,
    leaks: { leakedBlocks: 191 },
  });
});

it("the seed of musl is a whole heap", async () => {
  const [seed] = await seedsOf("musl");
  expect(readMusl(seed!)).toMatchObject({
    allocator: { name: "musl" },
    arenas: [{ systemBytes: 0x4000, usedBlocks: 31, freeBlocks: 3 }],
    usedClasses: [
      { size: 0x2000 - 16, blocks: 1 },
      { size: 127 * 16, blocks: 2 },
      { size: 32, blocks: 28 },
    ],
    blocks: 31,
    leaks: { leakedBlocks: 29 },
  });
});

it("the seed of musl's older malloc is a whole heap", async () => {
  const [seed] = await seedsOf("oldMusl");
  expect(readOldMusl(seed!)).toMatchObject({
    allocator: { name: "musl" },
    arenas: [
      { systemBytes: 0x4_0000 + 0x40 + 0x60 + 0x80 + 16, usedBlocks: 3, freeBlocks: 1, freeBytes: 0x60 },
    ],
    usedClasses: [
      { size: 0x4_0000 - 16, blocks: 1 },
      { size: 0x80, blocks: 1 },
      { size: 0x40, blocks: 1 },
    ],
    leaks: { leakedBlocks: 2 },
  });
});

it("the seed of tcmalloc is a whole heap", async () => {
  const [seed] = await seedsOf("tcmalloc");
  expect(readTcmalloc(seed!)).toMatchObject({
    allocator: { name: "tcmalloc" },
    arenas: [{ systemBytes: 0x8000, usedBlocks: 508, freeBlocks: 5, topBytes: 0x2000 }],
    usedClasses: [
      { size: 0x4000, blocks: 1 },
      { size: 16, blocks: 507 },
    ],
    blocks: 508,
    leaks: { leakedBlocks: 506 },
  });
});

it.each([
  ["processorCaches", readProcessorCaches],
  ["threadCaches", readThreadCaches],
] as const)("the seed of %s is a whole heap", async (name, read) => {
  const [seed] = await seedsOf(name);
  expect(read(seed!)).toMatchObject({
    allocator: { name: "tcmalloc" },
    // In the span 5 and 3, on their way 2, in the cache 2.
    arenas: [{ systemBytes: 5 * 0x2000, usedBlocks: 512 - 7 + 64 - 5 + 2, freeBlocks: 12 }],
    usedClasses: [
      { size: 0x4000, blocks: 1 },
      { size: 0x2000, blocks: 1 },
      { size: 16, blocks: 505 },
      { size: 128, blocks: 59 },
    ],
    leaks: { leakedBlocks: 566 - 2 },
  });
});

it.each([
  ["mimalloc1", readNumberedPages, 3],
  ["mimalloc2", readSegments, 3],
  ["mimalloc3", readMappedPages, 4],
  ["mimalloc32", readFlatMap, 4],
] as const)("the seed of %s is a whole heap", async (name, read, used) => {
  const [seed] = await seedsOf(name);
  expect(read(seed!)).toMatchObject({
    allocator: { name: "mimalloc" },
    arenas: [{ usedBlocks: used }],
    usedClasses: [{ size: 48, blocks: used }],
    leaks: { leakedBlocks: used - 1 },
  });
});

it("the seed of each release of Python has its frames and variables", async () => {
  const seeds = await seedsOf("python");
  expect(seeds.map((seed) => (readPython(seed) as { readonly title: string }).title)).toEqual(
    [15, 14, 13, 12, 11, 10, 9, 8].map((minor) => `CPython 3.${minor}`),
  );
  for (const seed of seeds)
    expect(readPython(seed)).toMatchObject({
      notes: ["holds the GIL", "handles KeyError('missing')"],
      frames: [
        {
          name: "total",
          file: "/srv/shop.py",
          line: 12,
          variables: [
            ["order", ["<Order number=7>", ["number", "7"]]],
            ["price", "2.5"],
            ["names", ["['apple', 'Käse 😀', ()]", ["[0]", "'apple'"], ["[1]", "'Käse 😀'"], ["[2]", "()"]]],
            ["counts", ["{(-1,): {3}}", ["(-1,)", ["{3}", ["[0]", "3"]]]]],
            ["data", 'b"a\\x00\'"'],
          ],
        },
        { name: "main", line: 30, variables: [["depth", "2"]] },
      ],
    });
});

it("the seed of a program in V8 has its calls, one with the place that was run", async () => {
  const [seed] = await seedsOf("scriptStack");
  expect(readScriptStack(seed!)).toEqual([
    ["tax", "/srv/shop.js", 5, undefined, "line where the function begins"],
    ["total", "/srv/shop.js", 3, 10, undefined],
  ]);
});
