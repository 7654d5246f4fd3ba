import { describe, expect, it } from "vitest";
import { unwatched } from "../../../analyzer/base/work";
import type { MallocSummary } from "../../../analyzer/protocol/core/malloc";
import { coreRoom } from "../../../analyzer/session/core/coreRoom";
import { type AllocatorDraft, allocatorCore } from "../../build/allocatorCores";
import { openCore } from "../../build/openCore";

const jemallocArchive = "/usr/lib/x86_64-linux-gnu/libjemalloc.a";
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
    const context = await openCore(allocatorCore(name.replaceAll(/\W+/g, "-"), draft));
    const summary = (await coreRoom.answers["core/malloc"]!.answer(
      context,
      {} as never,
      unwatched,
    )) as MallocSummary;
    expect(summary).toMatchObject({ allocator, evidence: expect.stringContaining(evidence) });
    // Blocks of others are never taken for glibc's: a thousand of them are in none of its arenas.
    if (allocator === "glibc") expect(summary.usedBytes).toBeGreaterThan(1_000_000);
    else expect(summary.usedBytes).toBeLessThan(400_000);
  });
});
