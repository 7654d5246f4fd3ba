import { readFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { describe, expect, it } from "vitest";
import { formatHex } from "../../../analyzer/base/units";
import { unwatched } from "../../../analyzer/base/work";
import { recogniseBlocks } from "../../../analyzer/core/malloc/patterns/recognise";
import type { BlockHolders, LeakResult } from "../../../analyzer/protocol/core/malloc";
import { coreRoom } from "../../../analyzer/session/core/coreRoom";
import { memoryMapOf } from "../../../analyzer/session/core/regionAnswers";
import { type AllocatorDraft, allocatorCore } from "../../build/allocatorCores";
import { openCore } from "../../build/openCore";

const source = "containers.cpp";
const sourceFile = join(__dirname, "../../programs/native", source);
const libstdcpp: AllocatorDraft = { source, compile: ["g++", "-g"] };

describe("blocks", () => {
  it.each<[string, AllocatorDraft]>([
    ["libstdc++", libstdcpp],
    [
      "libc++",
      { source, compile: ["clang++", "-stdlib=libc++"], preload: "libmimalloc.so.2", stripped: true },
    ],
  ])("of %s are told to be what the program has them for", async (name, draft) => {
    const core = allocatorCore(`containers-of-${name.replaceAll("+", "p")}`, draft);
    const context = await openCore(core);
    const { malloc } = memoryMapOf(context, unwatched);
    const patterns = recogniseBlocks(context.image, malloc, unwatched);
    const wanted = wantedBeside(core);
    const kinds = new Map<string, { wanted: number; told: number; right: number }>();
    const countsOf = (kind: string) => {
      const counts = kinds.get(kind) ?? { wanted: 0, told: 0, right: 0 };
      kinds.set(kind, counts);
      return counts;
    };
    for (let index = 0; index < malloc.blocks.count; index++) {
      const kind = wanted.get(malloc.blocks.startOf(index));
      if (kind === undefined) continue;
      const told = patterns.of(index) ?? "other";
      countsOf(kind).wanted++;
      countsOf(told).told++;
      if (told === kind) countsOf(kind).right++;
    }
    expect([...kinds.keys()].sort()).toEqual(everyKind);
    for (const [kind, counts] of kinds) {
      // One word in ten thousand may look like a string by accident, where blocks are rounded up by a quarter.
      const most = name === "libstdc++" ? 0 : 2;
      expect(counts.told - counts.right, `${kind}, wrongly told`).toBeLessThanOrEqual(most);
      expect(counts.wanted - counts.right, `${kind}, not told`).toBeLessThanOrEqual(most);
    }
    const { leaks, kinds: rows } = (await coreRoom.answers["core/leaks"]!.answer(
      context,
      {} as never,
      unwatched,
    )) as LeakResult;
    const leaked = new Set(leaks.map(({ pattern }) => pattern));
    expect([...leaked]).toEqual(expect.arrayContaining(everyKind.filter((kind) => kind !== "other")));
    const nodes = kinds.get("std::map or set node")!.right;
    expect(rows.find((row) => row.name === "std::map or set node")?.count).toBe(nodes);
  });

  it("on a stack are held by a variable of a frame, named with its thread", async () => {
    const core = allocatorCore("containers-of-libstdcpp", libstdcpp);
    const context = await openCore(core);
    const held = [...wantedBeside(core)].filter(([, kind]) => kind === "other").map(([address]) => address);
    const places: string[] = [];
    for (const address of held) {
      const { holders } = (await coreRoom.answers["core/holders"]!.answer(
        context,
        { address: formatHex(address) } as never,
        unwatched,
      )) as BlockHolders;
      const last = holders.at(-1);
      if (last?.place.includes("thread") === true) places.push(last.place);
    }
    const line = 1 + readFileSync(sourceFile, "utf8").split("\n").indexOf("  abort();");
    const { lwp } = context.image.threads[0]!;
    expect(new Set(places)).toEqual(
      new Set([
        expect.stringMatching(
          `^onStack in main\\(?\\)? at containers.cpp:${line}, frame \\d+ of thread ${lwp}$`,
        ),
      ]),
    );
  });
});

const everyKind = [
  "C string",
  "other",
  "shared_ptr control block",
  "std::deque elements",
  "std::deque map",
  "std::list node",
  "std::map or set node",
  "std::string text",
  "std::unordered_map or set buckets",
  "std::unordered_map or set node",
  "std::vector elements",
];

/** What the program wrote down of each of its blocks. */
function wantedBeside(core: string): ReadonlyMap<number, string> {
  const lines = readFileSync(join(dirname(core), "blocks.txt"), "utf8")
    .trim()
    .split("\n");
  return new Map(lines.map((line) => [Number(line.split(" ", 1)[0]), line.slice(line.indexOf(" ") + 1)]));
}
