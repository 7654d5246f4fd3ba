import type { DebugProtocol } from "@vscode/debugprotocol";
import { describe, expect, it } from "vitest";
import type { CoreLightSummary, CoreLightThread } from "../../../analyzer/protocol/core/lightThreads";
import type { BlockHolders, LeakResult, MallocSummary } from "../../../analyzer/protocol/core/malloc";
import type { GoFacts } from "../../../analyzer/protocol/core/regions";
import type { CoreFrame } from "../../../analyzer/protocol/core/stacks";
import { exhumeJson } from "../../build/cli";
import { startDebugClient } from "../../build/debugClient";
import { type GoDraft, goCore, parkedProgram } from "../../build/goPrograms";
import { goTraceOf, isShownInTraces } from "../../build/goTrace";

/** Goroutines of cores, judged by the trace that Go's own runtime printed as it died. */

type Shown = CoreLightThread & { readonly frames: readonly CoreFrame[] };

const oldest = "1.21.13";
const drafts: readonly (GoDraft & { readonly name: string })[] = [
  { name: "the installed Go", ...parkedProgram },
  { name: "without symbols and debug information", ...parkedProgram, stripped: true },
  { name: "an old Go, stripped", ...parkedProgram, stripped: true, release: oldest },
];

/** The trace is printed as a signal is handled: whose thread took it goes on with that on its stack, and then dies of it. */
function beforeSignals(frames: readonly CoreFrame[]): readonly CoreFrame[] {
  return frames.slice(frames.findLastIndex(({ function: name }) => name === "<signal handler called>") + 1);
}

/** How many objects of each type the program made, and how many of those can be told. */
function typesTold(trace: string): Readonly<Record<string, number>> {
  const [, list] = /^== types\n(.*?)^== end of types$/ms.exec(trace)!;
  const counts = [...list!.matchAll(/^(.*) (\d+)$/gm)].map(([, name, count]) => [name, Number(count)]);
  const made: Record<string, number> = Object.fromEntries(counts);
  // Go puts several values of 8 bytes into a block. Of the first of the others only a field is pointed at.
  return { ...made, "main.square": 0, "main.outer": made["main.outer"]! - 1 };
}

function typesFound({ kinds }: LeakResult, told: Readonly<Record<string, number>>): Record<string, number> {
  const counts = new Map(kinds.map(({ name, count }) => [name, count]));
  return Object.fromEntries(Object.keys(told).map((name) => [name, counts.get(name) ?? 0]));
}

describe.each(drafts)("goroutines of $name", (draft) => {
  it("have the states, frames and creators that the runtime told", async () => {
    const { core, trace } = await goCore(draft);
    const { goroutines } = await exhumeJson<{ readonly goroutines: readonly Shown[] }>(
      ...["goroutines", core, "--all", "--system"],
    );
    const told = goTraceOf(trace);
    expect(told.length).toBeGreaterThan(50);
    const shown = goroutines.map(({ title, state, frames, created }) => ({
      id: Number(title.replace("goroutine ", "")),
      state,
      frames: beforeSignals(frames)
        .filter(({ function: name }) => isShownInTraces(name ?? ""))
        .map(({ function: name, line }) => `${name}:${line}`),
      created: created && `${created.function}:${created.line}`,
    }));
    expect(shown).toEqual(told);
  });

  it("have objects by size, stacks and collections as the runtime counted them", async () => {
    const { core, trace } = await goCore(draft);
    const figure = (name: string) => Number(new RegExp(`\\b${name} (\\d+)`).exec(trace)![1]);
    const told = [...trace.matchAll(/^class (\d+) (\d+)$/gm)].map(([, size, blocks]) => [
      Number(size),
      Number(blocks),
    ]);
    const heap = await exhumeJson<MallocSummary & LeakResult>("malloc", core);
    const { usedBytes, freeBytes, usedClasses } = heap;
    const types = typesFound(heap, typesTold(trace));
    if (draft.stripped !== true) {
      expect(types).toEqual(typesTold(trace));
      expect(heap.namedBytes).toBeGreaterThan(0.98 * heap.blockBytes);
    } else {
      // What the allocator noted, and what interfaces say.
      for (const [name, count] of Object.entries(types))
        expect(count, name).toBeLessThanOrEqual(typesTold(trace)[name]!);
      const noted = draft.release === oldest ? {} : { "main.page": 300 };
      expect(types).toMatchObject({ "main.circle": 200, "main.hidden": 1, "main.deep": 1, ...noted });
    }
    const small = usedClasses.filter(({ size }) => told.some(([each]) => each === size));
    expect(small.map(({ size, blocks }) => [size, blocks]).sort((a, b) => a[0]! - b[0]!)).toEqual(told);
    expect(usedBytes + freeBytes).toBe(figure("HeapInuse"));
    const objects = usedClasses.reduce((sum, { blocks }) => sum + blocks, 0);
    expect(objects).toBe(figure("HeapObjects"));
    const { byCategory, dumpedBytes, unexplainedBytes, go } = await exhumeJson<{
      readonly byCategory: Readonly<Record<string, { readonly dumpedBytes: number }>>;
      readonly dumpedBytes: number;
      readonly unexplainedBytes: number;
      readonly go: GoFacts;
    }>("regions", core);
    expect(unexplainedBytes / dumpedBytes).toBeLessThan(0.01);
    expect(byCategory["Goroutine stacks"]!.dumpedBytes).toBeGreaterThanOrEqual(figure("StackInuse"));
    expect(go).toMatchObject({ cycles: figure("NumGC") });
    if (draft.stripped !== true)
      expect(go).toMatchObject({ goalBytes: figure("NextGC"), percent: 150, memoryLimitBytes: 3 * 2 ** 30 });
  });
});

describe("the types of objects", () => {
  it("are as many as the program made, with an old Go", async () => {
    const { core, trace } = await goCore({ ...parkedProgram, release: oldest });
    const wanted = typesTold(trace);
    // Debug information says what closures captured since Go 1.23.
    expect(typesFound(await exhumeJson<LeakResult>("malloc", core), wanted)).toEqual({
      ...wanted,
      "main.captured": 0,
    });
  });

  it("lead to who holds the largest ones", async () => {
    const { core } = await goCore(parkedProgram);
    const { blocks } = await exhumeJson<{ readonly blocks: readonly BlockHolders[] }>(
      ...["malloc", core, "--type", "[]main.pair", "--top", "1"],
    );
    expect(blocks).toMatchObject([
      { block: { type: "[]main.pair", size: 81_920 }, holders: [{ place: "main.pairs in program" }] },
    ]);
  });
});

describe("the values in frames of goroutines", () => {
  it.each([undefined, oldest])("show as Go writes them, with Go %s", async (release) => {
    const { core } = await goCore({ ...parkedProgram, ...(release !== undefined && { release }) });
    const client = startDebugClient();
    await client.send("initialize", { adapterID: "exhume", pathFormat: "path" });
    const launched = client.body("launch", { core });
    await client.event("initialized");
    await client.send("configurationDone");
    await launched;
    const threads: DebugProtocol.Thread[] = (await client.body("threads"))["threads"]!;
    const { id: threadId } = threads.find(({ name }) => name.includes("main.values"))!;
    const frames: DebugProtocol.StackFrame[] = (await client.body("stackTrace", { threadId }))[
      "stackFrames"
    ]!;
    const frameId = frames.find(({ name }) => name === "main.values")!.id;
    const scopes: DebugProtocol.Scope[] = (await client.body("scopes", { frameId }))["scopes"]!;
    const { variablesReference } = scopes.find(({ name }) => name === "Arguments")!;
    const rows: DebugProtocol.Variable[] = (await client.body("variables", { variablesReference }))[
      "variables"
    ]!;
    const variable = (name: string) => rows.find((row) => row.name === name)!;
    expect(Object.fromEntries(rows.map(({ name, value }) => [name, value]))).toMatchObject({
      text: '"héllo"',
      numbers: "len 3 {1, 2, 3}",
      shape: "main.point {X = 5, Y = 6}",
      err: '*errors.errorString {s = "it broke"}',
      wrapped: "*main.failure {code = 3}",
      pause: "1m30s",
      call: "main.main.func1",
      c: 'len 2, cap 4 {"one", "two"}',
      nilmap: "nil",
    });
    expect(variable("any1").value).toMatch(
      /^\*main\.order \{ID = 1, Name = "first", Tags = len 2 \{"red", "new"\}, Price = 12\.25, Next = 0x[0-9a-f]+, Placed = 2024-02-29T12:30:00Z\}$/,
    );
    const entriesOf = async (name: string): Promise<string[]> => {
      const reference = { variablesReference: variable(name).variablesReference };
      const parts: DebugProtocol.Variable[] = (await client.body("variables", reference))["variables"]!;
      return parts.map((part) => `${part.name} ${part.value}`).sort();
    };
    expect(await entriesOf("ages")).toEqual(['["ann"] 31', '["bob"] 42']);
    const squares = Array.from({ length: 100 }, (_, i) => `[${i}] {X = ${i}, Y = ${i * i}}`);
    expect(await entriesOf("big")).toEqual(squares.sort());
    await client.stop();
  });
});

describe("locks that goroutines wait for", () => {
  it("are listed with who waits and what their words say of holders", async () => {
    const { core } = await goCore(parkedProgram);
    const { locks } = await exhumeJson<CoreLightSummary>("goroutines", core);
    expect(
      locks.map(({ name, state, count }) => `${name.replace(/0x[0-9a-f]+/, "0x…")}: ${state}: ${count}`),
    ).toEqual([
      "sync.Mutex main.gate (0x…): held by someone, 3 wait: 3",
      "sync.RWMutex main.book (0x…): held by 1 reader, a writer waits: 2",
      "sync.WaitGroup main.jobs (0x…): its counter is 1: 1",
    ]);
    expect(new Set(locks.flatMap(({ threads }) => threads.map(({ lwp }) => lwp))).size).toBe(6);
  });
});

describe("programs that hang", () => {
  it("are called deadlocked when each goroutine waits for another, by the names of what they wait for", async () => {
    const { core } = await goCore({ source: "stuck.go", args: ["hung"] });
    const { headline } = await exhumeJson<{ readonly headline: string }>("bt", core);
    const words = headline.replaceAll(/0x[0-9a-f]+/g, "0x…");
    expect(words).toMatch(
      /^Likely deadlock, none of the 13 goroutines can go on: 10 wait to receive from the channel main\.answer \(0x…\); /,
    );
    for (const what of ["sync.Mutex main.first (0x…)", "sync.Mutex main.second (0x…)", "sync.WaitGroup 0x…"])
      expect(words).toContain(`; one waits for the ${what}`);
  });

  it("say what the runtime found", async () => {
    const { core } = await goCore({ source: "stuck.go", args: ["asleep"], stripped: true, endsItself: true });
    const { headline } = await exhumeJson<{ readonly headline: string }>("bt", core);
    expect(headline).toContain("Go: fatal error: all goroutines are asleep - deadlock!");
  });
});
