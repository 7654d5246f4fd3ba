import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { findGlibcArenas } from "../../../analyzer/core/malloc/glibc/arenas";
import { MemoryWords } from "../../../analyzer/core/memoryWords";
import type { TriageVerdict } from "../../../analyzer/protocol/triage/verdict";
import { FileSource } from "../../../analyzer/session/files/fileSource";
import { exhumeJson, runExhume } from "../../build/cli";
import { noteTypes, writeWithoutNotes } from "../../build/coreNotes";
import { type BuiltProgram, buildProgram, coreOf } from "../../build/nativePrograms";
import { openCore } from "../../build/openCore";

/** What glibc itself counted just before the program died. */
interface MallInfo {
  readonly arena: number;
  readonly ordblks: number;
  readonly smblks: number;
  readonly hblks: number;
  readonly hblkhd: number;
  readonly fsmblks: number;
  readonly uordblks: number;
  readonly fordblks: number;
  readonly keepcost: number;
}

interface MallocJson {
  readonly schemaVersion: number;
  readonly arenas: readonly {
    readonly systemBytes: number;
    readonly freeBlocks: number;
    readonly topBytes: number;
    readonly main: boolean;
  }[];
  readonly usedBytes: number;
  readonly freeBytes: number;
  readonly mmappedBytes: number;
  readonly mmappedBlocks: number;
  readonly overheadBytes: number;
  readonly threadCacheBytes: number;
  readonly foreignBytes: number;
  readonly problems: readonly unknown[];
  readonly usedClasses: readonly { readonly bytes: number }[];
  readonly leakedBytes: number;
  readonly leakedBlocks: number;
  readonly leaks: readonly {
    readonly type?: string;
    readonly size: number;
    readonly count: number;
    readonly bytes: number;
    readonly samples: readonly string[];
  }[];
}

const draft = { sources: ["heapBlocks.cpp"], compiler: "g++", flags: ["-g", "-O1"] } as const;
let program: BuiltProgram;
let stripped: BuiltProgram;
let narrow: BuiltProgram;
const folder = mkdtempSync(join(tmpdir(), "exhume-malloc-"));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

beforeAll(() => {
  program = buildProgram(draft);
  stripped = buildProgram({ ...draft, after: "stripped" });
  narrow = buildProgram({ ...draft, compiler: "i686-linux-gnu-g++" });
});

interface Walked {
  readonly json: MallocJson;
  readonly info: MallInfo;
  readonly core: string;
}

/** Each core is asked once, however many tests look at what was answered. */
const walks = new Map<string, Promise<Walked>>();

function walk(mode: string, of: BuiltProgram = program): Promise<Walked> {
  const key = `${of.path} ${mode}`;
  const walked = walks.get(key) ?? walkedAnew(mode, of);
  walks.set(key, walked);
  return walked;
}

async function walkedAnew(mode: string, of: BuiltProgram): Promise<Walked> {
  const core = await coreOf(of, [mode]);
  const info = JSON.parse(readFileSync(join(dirname(core), "mallinfo.json"), "utf8")) as MallInfo;
  return { json: await exhumeJson<MallocJson>("malloc", core), info, core };
}

describe("glibc's heap in a core", () => {
  it.each<[mode: string, bits: number]>([
    ["leak", 64],
    ["clean", 64],
    ["fragment", 64],
    ["threads", 64],
    ["sbrk", 64],
    ["leak", 32],
    ["threads", 32],
    ["sbrk", 32],
  ])("is what mallinfo2 counted, to the byte: %s in %d bits", async (mode, bits) => {
    const { json, info } = await walk(mode, bits === 32 ? narrow : program);
    expect(json.schemaVersion).toBe(1);
    expect(json.usedBytes).toBe(info.uordblks);
    expect(json.freeBytes).toBe(info.fordblks);
    expect([json.mmappedBlocks, json.mmappedBytes]).toEqual([info.hblks, info.hblkhd]);
    const sum = (pick: (arena: MallocJson["arenas"][number]) => number) =>
      json.arenas.reduce((total, arena) => total + pick(arena), 0);
    expect(sum((arena) => arena.systemBytes)).toBe(info.arena);
    // mallinfo2 counts each arena's top as one more free block.
    expect(sum((arena) => arena.freeBlocks) + json.arenas.length).toBe(info.ordblks);
    expect(json.arenas.find((arena) => arena.main)?.topBytes).toBe(info.keepcost);
    // What is used is in blocks, thread caches and headers, nothing else: the walk lost no byte.
    const inBlocks = json.usedClasses.reduce((total, each) => total + each.bytes, 0) - json.mmappedBytes;
    if (json.usedClasses.length < 300)
      expect(inBlocks + json.threadCacheBytes + json.overheadBytes + json.foreignBytes).toBe(json.usedBytes);
    // sbrk rounds up what follows, and pieces end with empty chunks.
    if (mode === "sbrk") expect(json.foreignBytes).toBeGreaterThanOrEqual(123_456 + (1 << 20));
    else expect(json.foreignBytes).toBe(0);
    expect(json.problems).toEqual([]);
  });

  it("has every planted leak, by type and size", async () => {
    const { json } = await walk("leak");
    const group = (size: number) => json.leaks.find((each) => each.size === size);
    expect(group(48)).toMatchObject({ type: "Widget", count: 10_000 });
    expect(group(80)).toMatchObject({ count: 2000, type: expect.stringContaining("Node") });
    expect(group(5008)).toMatchObject({ count: 300 });
    expect(group(200_704)).toMatchObject({ count: 3 });
    expect(json.leakedBlocks).toBe(12_303);
    expect(json.leakedBytes).toBe(json.leaks.reduce((total, each) => total + each.bytes, 0));
  });

  it("is walked to its end when an overflow has overwritten the size of the top chunk", async () => {
    const { info, core } = await walk("clean");
    const { image } = await openCore(core);
    const state = findGlibcArenas(image, new MemoryWords(image.memory), new MemoryWords(image.memory))!;
    const { top } = state.arenas.find(({ isMain }) => isMain)!;
    const segment = image.memory.segmentOf(BigInt(top))!;
    const bytes = readFileSync(core);
    const damaged = join(folder, "core");
    for (const size of [0x7fff_ffff_fff1n, 0x4141_4141_4141_4141n, 0xffff_ffff_ffff_ffffn]) {
      bytes.writeBigUInt64LE(size, segment.fileOffset + top + 8 - Number(segment.start));
      writeFileSync(damaged, bytes);
      const json = await exhumeJson<MallocJson>("malloc", damaged);
      expect([json.usedBytes, json.freeBytes], size.toString(16)).toEqual([info.uordblks, info.fordblks]);
    }
  });

  it("has the same leaks in 32 bits", async () => {
    const { json } = await walk("leak", narrow);
    // In a small address space some numbers look like pointers: those blocks count as held.
    expect(json.leakedBlocks).toBeLessThanOrEqual(12_303);
    expect(json.leakedBlocks).toBeGreaterThan(12_180);
    expect(json.leaks).toContainEqual(expect.objectContaining({ type: "Widget" }));
  });

  it.each(["clean", "fragment", "threads", "sbrk"])("has no false leak: %s", async (mode) => {
    expect((await walk(mode)).json).toMatchObject({ leakedBlocks: 0, leakedBytes: 0, leaks: [] });
  });

  it("tells who holds a block, up to a variable or stack, and what it holds", async () => {
    const { core } = await walk("clean");
    interface Holders {
      readonly block: { readonly address: string; readonly size: number; readonly type?: string };
      readonly holders: readonly {
        readonly at: string;
        readonly place: string;
        readonly block?: { readonly address: string; readonly type?: string };
      }[];
      readonly targets: readonly {
        readonly address: string;
        readonly type?: string;
        readonly offset: number;
      }[];
    }
    const { samples } = await exhumeJson<{ samples: { address: string; type?: string }[] }>(
      "malloc",
      core,
      "--size",
      "48",
      "--top",
      "20",
    );
    const widget = samples.find(({ type }) => type === "Widget")!;
    const { block, holders } = await exhumeJson<Holders>("malloc", core, "--holders", widget.address);
    expect(block).toMatchObject({ address: widget.address, size: 48, type: "Widget" });
    // The vector's storage, then the vector itself, which is a global variable.
    expect(holders).toHaveLength(2);
    expect(holders[1]!.place).toBe("kept in program");
    const storage = holders[0]!.block!.address;
    const held = await exhumeJson<Holders>("malloc", core, "--holders", storage);
    expect(held.holders.map(({ place }) => place)).toEqual(["kept in program"]);
    expect(held.targets.length).toBeGreaterThan(50);
    const { leaks } = (await walk("leak")).json;
    const leaked = leaks.find(({ type }) => type === "Widget")!;
    const lost = await runExhume("malloc", (await walk("leak")).core, "--holders", leaked.samples[0]!);
    expect(lost.out).toContain("nothing refers to it: leaked");
  });

  it("needs no symbols", async () => {
    const { json, info } = await walk("leak", stripped);
    expect(json).toMatchObject({ usedBytes: info.uordblks, freeBytes: info.fordblks, leakedBlocks: 12_303 });
  });

  it.each([
    ["leak", "retention"],
    ["clean", "none"],
    ["fragment", "fragmentation"],
    ["threads", "none"],
  ])("says what is wrong with %s: %s", async (mode, cause) => {
    const core = await coreOf(program, [mode]);
    const verdict = await exhumeJson<{
      cause: string;
      account: { unexplainedBytes: number; rssBytes: number };
    }>("triage", core);
    expect(verdict.cause).toBe(cause);
    expect(Math.abs(verdict.account.unexplainedBytes)).toBeLessThan(verdict.account.rssBytes / 50);
  });
});

describe("two cores of one program", () => {
  it("are compared by kind, region, arena, size class and thread group", async () => {
    const [before, after] = [await walk("clean"), await walk("threads")];
    const { growth } = await exhumeJson<TriageVerdict>("triage", before.core, after.core);
    const of = (sort: string) => growth.filter((row) => row.of === sort);
    // Four threads park in the second one, each with an arena of its own.
    expect(of("thread group")).toContainEqual(expect.objectContaining({ change: 4, values: [0, 4] }));
    expect(of("threads")).toContainEqual(expect.objectContaining({ name: "native", values: [1, 5] }));
    expect(of("malloc").find(({ name }) => name === "arenas")).toMatchObject({ values: [1, 5] });
    const grown = of("arena").filter(({ name, values }) => name.endsWith("used") && values[0] === 0);
    expect(grown).toHaveLength(4);
    const used = of("malloc").find(({ name }) => name === "used")!;
    expect(used.values).toEqual([before.info.uordblks, after.info.uordblks]);
    expect(of("category").find(({ name }) => name === "malloc arenas")?.values[0]).toBe(0);
    expect(of("region").some(({ name, change }) => name.startsWith("malloc arena") && change > 0)).toBe(true);
    // The threads' blocks are between 16 and 1 040 bytes: none of the largest sizes were there before.
    const [largest] = of("size class");
    expect(largest).toMatchObject({ values: [0, largest!.change] });
    expect(of("size class").reduce((sum, { change }) => sum + change, 0)).toBeGreaterThan(10 * 1024 ** 2);
  });
});

describe("regions of a native core", () => {
  it("cover every mapped byte once and leave little unexplained", async () => {
    const core = await coreOf(program, ["threads"]);
    const json = await exhumeJson<{
      regions: { start: string; end: string; kind: string; dumpedBytes: number; exact: boolean }[];
      byCategory: Record<string, { reservedBytes: number; dumpedBytes: number }>;
      unexplainedBytes: number;
    }>("regions", core);
    let before = 0n;
    for (const { start, end } of json.regions) {
      expect(BigInt(start)).toBeGreaterThanOrEqual(before);
      expect(BigInt(end)).toBeGreaterThan(BigInt(start));
      before = BigInt(end);
    }
    const dumped = json.regions.reduce((sum, region) => sum + region.dumpedBytes, 0);
    expect(json.unexplainedBytes).toBeLessThan(dumped / 100);
    // Four threads with stacks and arenas of their own, beside the main ones.
    expect(
      json.regions.filter(({ kind, exact }) => kind === "thread-stack" && exact).length,
    ).toBeGreaterThanOrEqual(5);
    expect(json.byCategory["malloc arenas"]?.reservedBytes).toBe(4 * 64 * 1024 * 1024);
  });

  it("are told without the list of mapped files, from the linker's own list", async () => {
    const { core, info } = await walk("leak");
    const copy = `${core}-without-files`;
    writeWithoutNotes(core, copy, [noteTypes.files]);
    const json = await exhumeJson<{ unexplainedBytes: number; dumpedBytes: number }>("regions", copy);
    expect(json.unexplainedBytes).toBeLessThan(json.dumpedBytes / 100);
    const malloc = await exhumeJson<MallocJson>("malloc", copy);
    expect(malloc).toMatchObject({ usedBytes: info.uordblks, leakedBlocks: 12_303 });
    rmSync(copy);
  });

  it("are mostly unexplained when nothing tells what was mapped, and that is said", async () => {
    const { core, info } = await walk("leak");
    const copy = `${core}-without-maps`;
    writeWithoutNotes(core, copy, [noteTypes.files, noteTypes.auxiliaryVector]);
    const said = "The core does not say which files the process had mapped";
    for (const verb of ["regions", "triage", "analyze"]) {
      const { out, err } = await runExhume(verb, copy);
      expect(`${out}${err}`, verb).toContain(said);
    }
    const json = await exhumeJson<{ unexplainedBytes: number; regions: { kind: string }[] }>("regions", copy);
    expect(json.unexplainedBytes).toBeGreaterThan(10 * 2 ** 10);
    expect(json.regions.some(({ kind }) => kind === "thread-stack")).toBe(true);
    // malloc's heap is found all the same, by its structure.
    const malloc = await exhumeJson<MallocJson>("malloc", copy);
    expect(malloc).toMatchObject({ allocator: "glibc", usedBytes: info.uordblks, leakedBlocks: 12_303 });
    rmSync(copy);
  });

  it("map a sparse core of 10 GiB without reading it", async () => {
    const { core, json: heap, info } = await walk("sparse");
    expect([heap.usedBytes, heap.freeBytes, heap.leakedBlocks]).toEqual([info.uordblks, info.fordblks, 0]);
    const file = FileSource.open(core);
    let data = 0;
    const step = 1 << 20;
    for (let at = 0; at < file.byteLength; at = file.nextDataAt(at + step)) data += step;
    file.close();
    // A hundred pages, and what every program has.
    expect(data).toBeLessThan(200 * step);
    const json = await exhumeJson<{
      dumpedBytes: number;
      unexplainedBytes: number;
      regions: { dumpedBytes: number }[];
    }>("regions", core);
    expect(json.dumpedBytes).toBeGreaterThan(10 * 2 ** 30);
    // Memory a program maps for itself has no owner a rule could tell.
    expect(json.unexplainedBytes).toBeGreaterThanOrEqual(10 * 2 ** 30);
    expect(json.unexplainedBytes).toBeLessThan(10 * 2 ** 30 + 2 ** 20);
  });
});
