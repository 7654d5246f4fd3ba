import { readFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { describe, expect, it } from "vitest";
import { unwatched } from "../../../analyzer/base/work";
import type { LeakResult, MallocSummary } from "../../../analyzer/protocol/core/malloc";
import { coreRoom } from "../../../analyzer/session/core/coreRoom";
import { type AllocatorDraft, allocatorCore } from "../../build/allocatorCores";
import { openCore } from "../../build/openCore";

const jemallocArchive = "/usr/lib/x86_64-linux-gnu/libjemalloc.a";
const threads = "otherAllocatorThreads.cpp";
const linkedJemalloc = ["gcc", jemallocArchive, "-lm", "-lpthread", "-ldl", "-lstdc++"];

describe("the allocator of a process", () => {
  it.each<[string, string, string, AllocatorDraft]>([
    ["glibc", "libc.so.6 is loaded", "glibc", { compile: ["gcc"] }],
    [
      "jemalloc before it",
      "libjemalloc.so.2 is loaded",
      "jemalloc",
      { compile: ["gcc"], preload: "libjemalloc.so.2" },
    ],
    [
      "tcmalloc before it",
      "libtcmalloc_minimal.so.4",
      "tcmalloc",
      { compile: ["gcc"], preload: "libtcmalloc_minimal.so.4" },
    ],
    ["mimalloc before it", "libmimalloc.so.2", "mimalloc", { compile: ["gcc"], preload: "libmimalloc.so.2" }],
    ["jemalloc inside", "is linked with it: it has", "jemalloc", { compile: linkedJemalloc }],
    [
      "jemalloc inside, stripped",
      "it holds the text “<jemalloc>:”",
      "jemalloc",
      { compile: linkedJemalloc, stripped: true },
    ],
    ["musl", "libc.so is loaded", "musl", { compile: ["musl-gcc"] }],
    ["static musl", "__libc_malloc_impl", "musl", { compile: ["musl-gcc", "-static"] }],
  ])("is told: %s", async (name, evidence, allocator, draft) => {
    const summary = await summaryOf(allocatorCore(name.replaceAll(/\W+/g, "-"), draft));
    const told = { allocator, walked: true, evidence: expect.stringContaining(evidence) };
    expect(summary).toMatchObject(told);
    expect(bytesOf(summary.usedClasses)).toBeGreaterThan(16_000_000);
  });

  it.each<[string, AllocatorDraft]>([
    ["jemalloc before it", { compile: ["gcc"], preload: "libjemalloc.so.2" }],
    ["jemalloc before threads", { source: threads, compile: ["g++"], preload: "libjemalloc.so.2" }],
  ])("%s has handed out what it counts itself", async (name, draft) => {
    const core = allocatorCore(name.replaceAll(/\W+/g, "-"), draft);
    const summary = await summaryOf(core);
    const stats = statsBeside(core);
    expect(bytesOf(summary.usedClasses)).toBe(stats["stats.allocated"]);
    const large = summary.usedClasses.filter(({ size }) => size >= 16_384);
    expect(bytesOf(large)).toBe(stats["stats.arenas.4096.large.allocated"]);
    const pages = 4096 * (stats["stats.arenas.4096.pdirty"]! + stats["stats.arenas.4096.pmuzzy"]!);
    expect(summary.topBytes).toBe(pages);
    expect(bytesFromSystem(summary) - pages).toBe(stats["stats.active"]);
    expect(summary.problems).toEqual([]);
  });

  it.each<[string, AllocatorDraft]>([
    ["tcmalloc before it", { compile: ["gcc"], preload: "libtcmalloc_minimal.so.4" }],
    ["tcmalloc before threads", { source: threads, compile: ["g++"], preload: "libtcmalloc_minimal.so.4" }],
  ])("%s has handed out what it counts itself", async (name, draft) => {
    const core = allocatorCore(name.replaceAll(/\W+/g, "-"), draft);
    const summary = await summaryOf(core);
    const stats = statsBeside(core);
    expect(summary).toMatchObject({ allocator: "tcmalloc", walked: true, problems: [] });
    expect(bytesOf(summary.usedClasses)).toBe(stats["generic.current_allocated_bytes"]);
    expect(bytesFromSystem(summary)).toBe(stats["generic.heap_size"]);
    expect(summary.topBytes).toBe(stats["tcmalloc.pageheap_free_bytes"]);
    expect(blocksOf(summary.usedClasses)).toBeGreaterThanOrEqual(stats["blocks"]!);
  });

  it.each<[string, AllocatorDraft]>([
    ["mimalloc before it", { compile: ["gcc"], preload: "libmimalloc.so.2" }],
    ["mimalloc before threads", { source: threads, compile: ["g++"], preload: "libmimalloc.so.2" }],
  ])("%s has handed out every block the program counts", async (name, draft) => {
    const core = allocatorCore(name.replaceAll(/\W+/g, "-"), draft);
    const summary = await summaryOf(core);
    const stats = statsBeside(core);
    expect(summary).toMatchObject({ allocator: "mimalloc", walked: true, problems: [] });
    // The C library has some too: of threads, of names of libraries.
    const others = blocksOf(summary.usedClasses) - stats["blocks"]!;
    expect(others).toBeGreaterThanOrEqual(0);
    expect(others).toBeLessThan(20);
    expect(bytesOf(summary.usedClasses) - stats["bytes"]!).toBeLessThan(100_000);
    const context = await openCore(core);
    const leaks = (await coreRoom.answers["core/leaks"]!.answer(
      context,
      {} as never,
      unwatched,
    )) as LeakResult;
    expect(leaks.leakedBlocks).toBe(0);
  });

  it.each([
    ["musl", ["musl-gcc"]],
    ["static musl", ["musl-gcc", "-static"]],
  ])("%s has handed out every block the program counts, and no other", async (name, compile) => {
    const core = allocatorCore(name.replaceAll(/\W+/g, "-"), { compile });
    const summary = await summaryOf(core);
    const stats = statsBeside(core);
    expect(blocksOf(summary.usedClasses)).toBe(stats["blocks"]);
    // Blocks fill their slots up to the next one's header, or nearly so.
    expect(bytesOf(summary.usedClasses)).toBeGreaterThan(stats["bytes"]!);
    expect(bytesOf(summary.usedClasses)).toBeLessThan(stats["bytes"]! * 1.03);
    expect(summary.problems).toEqual([]);
  });
});

async function summaryOf(core: string): Promise<MallocSummary> {
  const context = await openCore(core);
  return (await coreRoom.answers["core/malloc"]!.answer(context, {} as never, unwatched)) as MallocSummary;
}

/** What the program and its allocator counted before it died. */
function statsBeside(core: string): Record<string, number> {
  return JSON.parse(readFileSync(join(dirname(core), "stats.json"), "utf8")) as Record<string, number>;
}

const bytesOf = (classes: MallocSummary["usedClasses"]) => classes.reduce((sum, { bytes }) => sum + bytes, 0);

const blocksOf = (classes: MallocSummary["usedClasses"]) =>
  classes.reduce((sum, { blocks }) => sum + blocks, 0);

const bytesFromSystem = ({ arenas }: MallocSummary) =>
  arenas.reduce((sum, { systemBytes }) => sum + systemBytes, 0);
