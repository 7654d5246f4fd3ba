import { describe, expect, it } from "vitest";
import { ProblemList } from "../../../../analyzer/base/problems";
import { unwatched } from "../../../../analyzer/base/work";
import { walkMallocHeap } from "../../../../analyzer/core/malloc/mallocHeap";
import { moduleAt } from "../../../build/processMemory";
import { mallocMemory, mallocModules, mallocStack } from "../../../fuzz/seeds/mallocMemory";

const never = () => false;

function walkWith(library: string) {
  const modules = [
    ...mallocModules,
    moduleAt(mallocModules.length, library, [0x7eff_0000_0000, 0x7eff_0000_1000]),
  ];
  const problems = new ProblemList();
  const process = mallocMemory.process(mallocMemory.bytes(), modules, mallocStack);
  return { heap: walkMallocHeap(process, never, never, problems, unwatched), problems: problems.toArray() };
}

describe("an allocator whose heap is not found", () => {
  it.each([
    ["/usr/lib/libjemalloc.so.2", "jemalloc", "the map from pages to extents"],
    ["/usr/lib/libtcmalloc.so.4", "tcmalloc", "the map from pages to spans"],
    ["/usr/lib/libmimalloc.so.2", "mimalloc", "segments (mimalloc 1 and 2)"],
    ["/lib/ld-musl-x86_64.so.1", "musl", "malloc_context"],
  ])(
    "says what was looked for beside %s, and gives no figures of glibc's as its own",
    (library, name, lookedFor) => {
      const { heap, problems } = walkWith(library);
      expect(heap.allocator).toMatchObject({ name, isWalked: false });
      expect(heap).toMatchObject({ arenas: [], usedBytes: 0, freeBytes: 0, usedClasses: [] });
      expect(heap.blocks.count).toBe(0);
      // The memory of glibc's arenas is named all the same.
      expect(heap.spans.length).toBeGreaterThan(0);
      const [problem] = problems.filter(({ code }) => code === "malloc-not-found");
      expect(problem?.message).toContain(`The heap of ${name} was not walked: ${lookedFor}`);
      expect(problem?.message).toMatch(
        / not found in \S+ KiB of writable memory .* glibc's malloc has .* which is not all\.$/,
      );
    },
  );

  it("is glibc's where nothing else is loaded", () => {
    const { heap, problems } = walkWith("/usr/lib/libcurl.so.4");
    expect(heap.allocator).toMatchObject({ name: "glibc", isWalked: true });
    expect(heap.arenas.length).toBe(2);
    expect(problems).toEqual([]);
  });
});
