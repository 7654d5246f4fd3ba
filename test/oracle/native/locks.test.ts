import { spawnSync } from "node:child_process";
import { describe, expect, it } from "vitest";
import { locksOf } from "../../../analyzer/session/core/locks";
import { summaryOf } from "../../../analyzer/session/core/summary";
import {
  buildProgram,
  type CoreWriter,
  coreOf,
  outputBefore,
  type ProgramDraft,
} from "../../build/nativePrograms";
import { openCore } from "../../build/openCore";

const draft: ProgramDraft = { sources: ["locks.cpp"], compiler: "g++", flags: ["-g", "-O1", "-std=c++17"] };
const rust: ProgramDraft = { sources: ["locks.rs"], compiler: "rustc", flags: ["-g"] };

const deadlocks: readonly (readonly [mode: string, headline: RegExp])[] = [
  ["two", /^Deadlock of 2 threads: thread \d+ waits for the mutex lock_[ab] .*held by thread \d+; thread/],
  ["three", /^Deadlock of 3 threads: /],
  ["self", /^Deadlock: thread \d+ waits for the mutex lock_a \(0x\w+\), which it holds itself\. /],
  ["kinds", /^Deadlock of 2 threads: .*(checked_lock|recursive_lock)/],
  ["upgrade", /^Deadlock, none of the threads can go on: .* shared_lock .* to write, held by a reader/],
  ["writer", /^Deadlock of 2 threads: .*read-write lock shared_lock \(0x\w+\) to read, held by thread/],
  ["standard", /^Deadlock of 2 threads: .*standard_/],
  ["join", /^Deadlock of 2 threads: thread \d+ waits for the end of thread \d+; thread/],
  ["ended", /^Deadlock: thread \d+ waits for the mutex lock_a .* which has ended\. /],
  [
    "condition",
    /^Likely deadlock: thread \d+ waits for the mutex lock_a .*; thread \d+ waits for the condition variable condition/,
  ],
];

/** Who has which lock and who waits for one, by the program's own words: the last ones of each thread and lock count. */
function toldBy(output: string) {
  const holders = new Map<string, number>();
  const waiting = new Map<number, string>();
  for (const [, what, name, lwp] of output.matchAll(/^(holds|waits) (\w+) (\d+)$/gm)) {
    if (what === "waits") waiting.set(Number(lwp), name!);
    else {
      holders.set(name!, Number(lwp));
      waiting.delete(Number(lwp));
    }
  }
  return { holders, waiting };
}

function ownersByGdb(program: string, core: string, mutexes: readonly string[]): number[] {
  const ask = mutexes.flatMap((name) => [
    "-ex",
    `output ((pthread_mutex_t *)&${name})->__data.__owner`,
    "-ex",
    "echo \\n",
  ]);
  const { stdout } = spawnSync("gdb", ["-batch", "-nx", program, core, ...ask], { encoding: "utf8" });
  return [...stdout.matchAll(/^(\d+)$/gm)].map(([, owner]) => Number(owner));
}

describe("deadlocks are told on the first line, by the words of their programs and gdb", () => {
  it.each(deadlocks)("%s", async (mode, headline) => {
    const program = buildProgram(draft);
    const core = await coreOf(program, [mode], "gcore");
    const context = await openCore(core);
    expect(summaryOf(context).headline).toMatch(headline);
    const { waits } = locksOf(context);
    const { holders, waiting } = toldBy(outputBefore(core));
    const mutexes: [string, number][] = [];
    for (const [lwp, name] of waiting) {
      const wait = waits.find((each) => each.lwp === lwp);
      expect(wait?.lock, `${mode} ${lwp}`).toBe(name);
      expect(wait?.words).toMatch(/ at locks\.cpp:\d+$/);
      const holder = holders.get(name);
      if (wait?.kind === "condition" || wait?.readers !== undefined) expect(wait.owner).toBeUndefined();
      else expect(wait?.owner, `${mode} ${name}`).toBe(holder);
      if (wait?.kind === "mutex" && holder !== undefined) mutexes.push([name, holder]);
    }
    if (mode !== "join") expect(waiting.size).toBeGreaterThan(0);
    expect(
      ownersByGdb(
        program.path,
        core,
        mutexes.map(([name]) => name),
      ),
    ).toEqual(mutexes.map(([, owner]) => owner));
  });

  it("names them when somebody ended the process by a signal", async () => {
    const program = buildProgram(draft);
    const core = await coreOf(program, ["two-aborted"]);
    const { headline, deadlocks: told } = summaryOf(await openCore(core));
    expect(headline).toMatch(/^Deadlock of 2 threads: .* SIGABRT: sent by process/);
    expect(told).toMatchObject([{ kind: "circle", certain: true }]);
  });

  const others: readonly (readonly [string, ProgramDraft])[] = [
    ["i386", { ...draft, compiler: "i686-linux-gnu-g++" }],
    ["stripped", { ...draft, after: "stripped" }],
  ];
  it.each(others)("finds them in other programs: %s", async (_, other) => {
    const core = await coreOf(buildProgram(other), ["writer"], "gcore");
    const context = await openCore(core);
    expect(summaryOf(context).headline).toMatch(
      /^Deadlock of 2 threads: .*the mutex .*held by thread .*read-write lock .* to read, held by thread/,
    );
    const { holders, waiting } = toldBy(outputBefore(core));
    const owners = new Map(locksOf(context).waits.map(({ lwp, owner }) => [lwp, owner]));
    expect(owners).toEqual(new Map([...waiting].map(([lwp, name]) => [lwp, holders.get(name)])));
  });

  it("says of Rust's mutexes that nobody records who has them", async () => {
    const core = await coreOf(buildProgram(rust), [], "gcore");
    const context = await openCore(core);
    expect(summaryOf(context).headline).toMatch(
      /^Deadlock, none .*Rust mutex 0x\w+, whose owner is not recorded; /,
    );
    expect(
      locksOf(context).waits.filter(({ words }) => /in locks::lock_both at locks\.rs:9$/.test(words)),
    ).toHaveLength(2);
  });
});

/** Another C library, whose joins sleep on another word, and another machine, whose dumps say otherwise what was called. */
const circles: readonly (readonly [string, ProgramDraft, readonly string[], CoreWriter])[] = [
  ["musl", { sources: ["waits.c"], compiler: "musl-gcc", flags: ["-g"] }, [], "gcore"],
  [
    "aarch64",
    { sources: ["waits.c"], compiler: "aarch64-linux-gnu-gcc", flags: ["-g", "-static"] },
    ["abort"],
    "qemu",
  ],
];
it.each(circles)(
  "tells a thread that is joined and waits for a mutex: %s",
  async (_, other, args, writer) => {
    const program = buildProgram(other);
    const context = await openCore(await coreOf(program, args, writer), { program: program.path });
    const { waits, deadlocks: told } = locksOf(context);
    const joining = waits.find(({ kind }) => kind === "join");
    const locking = waits.find(({ kind }) => kind === "mutex");
    expect(waits).toHaveLength(2);
    expect({ owner: joining?.owner, lock: locking?.lock }).toEqual({ owner: locking?.lwp, lock: "held" });
    expect(locking?.owner).toBe(joining?.lwp);
    expect(told).toMatchObject([{ kind: "circle", certain: true }]);
  },
);

it.each(["pool", "busy", "timed"])("tells no deadlock of a healthy process: %s", async (mode) => {
  const context = await openCore(await coreOf(buildProgram(draft), [mode], "gcore"));
  const summary = summaryOf(context);
  expect(summary.headline).toMatch(/ was dumped while it ran: \d threads, no crash$/);
  expect(summary.deadlocks).toBeUndefined();
  expect(locksOf(context).waits.length).toBeGreaterThan(0);
});
