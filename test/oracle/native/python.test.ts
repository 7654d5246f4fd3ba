import { mkdirSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import type { ManagedThread } from "../../../analyzer/core/managed/managedStack";
import type { CoreContext } from "../../../analyzer/session/core/coreContext";
import { backtraceOf } from "../../../analyzer/session/core/frames";
import { summaryOf } from "../../../analyzer/session/core/summary";
import { openCore } from "../../build/openCore";
import { pythonCore, pythonInterpreters } from "../../build/pythonCores";

type Variables = Readonly<Record<string, string>>;

/** What the program says of its threads, by `threading.get_ident()`. */
interface Told {
  readonly name: string;
  readonly frames: readonly (readonly [string, string, number, Variables])[];
}

const interpreters = pythonInterpreters();
const newest = interpreters.reduce((a, b) => (minorOf(b.version) > minorOf(a.version) ? b : a));

function minorOf(version: string): number {
  return Number(version.split(".")[1]);
}

function framesOf(thread: ManagedThread | undefined) {
  return [...(thread?.places.flatMap(({ frames }) => frames) ?? []), ...(thread?.beyond ?? [])];
}

/** Threads as they were read, in the words of the program; variables only where it names their values. */
function readThreads({ image, managed }: CoreContext, told: Readonly<Record<string, Told>>) {
  return Object.fromEntries(
    image.threads.map((thread): [string, unknown] => {
      const id = String(thread.threadPointer);
      const frames = framesOf(managed.threadOf(thread)).filter(
        ({ function: name }) => !/tell|lambda/.test(name!),
      );
      const wanted = told[id]?.frames.filter(([name]) => !name.includes("lambda")) ?? [];
      const rows = frames.map(({ function: name, file, line, variables }, index) => {
        const values = new Map(variables?.().map((variable) => [variable.name, variable.value.text]));
        const names = Object.keys(wanted[index]?.[3] ?? {});
        return [name, file, line, Object.fromEntries(names.map((each) => [each, values.get(each)]))];
      });
      // The line after the one that told is the one that ended it.
      if (thread.crashed) (rows[0]![2] as number)--;
      return [id, { name: managed.threadOf(thread)?.name, frames: rows }];
    }),
  );
}

function withoutLambdas(told: Readonly<Record<string, Told>>) {
  return Object.fromEntries(
    Object.entries(told).map(([id, { name, frames }]) => [
      id,
      { name, frames: frames.filter(([each]) => !each.includes("lambda")) },
    ]),
  );
}

describe.each(interpreters)("CPython $version", (interpreter) => {
  const { core, printed } = pythonCore(interpreter, "frames.py", "kill");
  const told = JSON.parse(printed) as Record<string, Told>;

  it("has the frames, lines, variables and names of all threads that the program itself saw", async () => {
    const context = await openCore(core);
    expect(context.managed.runtimes.map(({ title }) => title)).toEqual([
      `CPython 3.${minorOf(interpreter.version)}`,
    ]);
    expect(Object.keys(told)).toHaveLength(4);
    expect(readThreads(context, told)).toEqual(withoutLambdas(told));
    const values = Object.values(told).flatMap(({ frames }) =>
      frames.flatMap((frame) => Object.keys(frame[3])),
    );
    expect(values.length).toBeGreaterThan(40);
  });

  it("tells the tasks of asyncio and where each waits", async () => {
    const { core: ofTasks, printed: said } = pythonCore(interpreter, "tasks.py");
    const context = await openCore(ofTasks);
    const { running, waiting } = JSON.parse(said) as { running: string; waiting: Record<string, string[]> };
    const wanted = Object.entries(waiting).map(
      ([name, waits]) => `has the asyncio task ${name}, which waits in ${waits.join(", in ")}`,
    );
    const notes = context.managed
      .threadOf(context.image.threads[0]!)!
      .notes.filter((note) => note.includes("asyncio"));
    expect([...notes].sort()).toEqual([...wanted, `runs the asyncio task ${running}`].sort());
  });

  it("puts them where the native stack runs them, and says who holds the GIL", async () => {
    const context = await openCore(core);
    for (const thread of context.image.threads) {
      const told = context.managed.threadOf(thread)!;
      expect(told.beyond).toEqual([]);
      expect(told.places.every(({ isReplaced }) => isReplaced)).toBe(true);
      expect(told.notes.includes("holds the GIL")).toBe(thread.crashed);
      const frames = backtraceOf(context, thread).frames.map(
        ({ function: name, language }) => `${language ?? ""} ${name}`,
      );
      expect(frames.some((name) => name.includes("_PyEval_EvalFrameDefault"))).toBe(false);
      if (told.name !== "sorting") continue;
      const at = (name: string) => frames.indexOf(name);
      // The list's method stands between the function that it calls and the one that called it.
      const between = frames.slice(at("Python sort_key"), at("Python recursive"));
      expect(between.some((name) => name.startsWith(" "))).toBe(true);
    }
    expect(context.managed.threadOf(context.image.threads[0]!)?.notes).toContain(
      "handles KeyError('missing')",
    );
  });
});

it("reads attributes, elements and slots of objects", async () => {
  const { core } = pythonCore(newest, "frames.py", "kill");
  const context = await openCore(core);
  const frames = framesOf(context.managed.threadOf(context.image.threads[0]!));
  const variables = frames.find(({ function: name }) => name === "values")!.variables!();
  const partsOf = (name: string) => {
    const { parts } = variables.find((variable) => variable.name === name)!.value;
    return parts!.page(0, 100).map(({ name: part, value, access }) => [part, value.text, access]);
  };
  expect(partsOf("order")).toEqual([
    ["number", "7", ".number"],
    ["items", "['apple', 2.5, None]", ".items"],
    ["total", "12", ".total"],
  ]);
  expect(partsOf("point")).toEqual([
    ["x", String(1n << 70n), ".x"],
    ["y", "-5", ".y"],
  ]);
  expect(partsOf("catalogue")).toEqual([["'apple'", "3", "['apple']"]]);
  expect(partsOf("removed").map(([name]) => name)).toEqual(["'a'", "'c'"]);
  expect(partsOf("failure")).toEqual([["args", "('bad', 3)", ".args"]]);
  expect(variables.filter(({ isArgument }) => isArgument).map(({ name }) => name)).toEqual(
    expect.arrayContaining(["first", "second", "key", "rest", "more"]),
  );
});

it("names the line of Python that called what crashed", async () => {
  const fault = await openCore(pythonCore(newest, "frames.py", "fault").core);
  expect(summaryOf(fault).headline).toMatch(
    /^SIGSEGV .* in \w+.*, called from .*<lambda> at frames\.py:\d+ \(Python\)/,
  );
  const fatal = await openCore(pythonCore(newest, "frames.py", "fatal").core);
  expect(summaryOf(fatal).headline).toMatch(
    /^SIGABRT: Fatal Python error.*, called from .* at frames\.py:\d+ \(Python\)/,
  );
});

it("finds who waits for the GIL while its holder waits for a lock of C", async () => {
  const context = await openCore(pythonCore(newest, "deadlock.py").core);
  const { headline, deadlocks } = summaryOf(context);
  expect(headline).toMatch(/^Deadlock of 2 threads: .*waits for the GIL, held by thread \d+/);
  expect(headline).toMatch(/waits for the mutex .*, held by thread \d+/);
  expect(deadlocks).toHaveLength(1);
});

it("finds a thread of Python that sleeps in C with a lock of C that another one waits for", async () => {
  const context = await openCore(pythonCore(newest, "deadlock.py", "sleep").core);
  const { headline, deadlocks } = summaryOf(context);
  expect(headline).toMatch(
    /^Likely deadlock: thread \d+ "MainThread" waits for the mutex .*, held by thread (\d+).*; thread \1 "first" waits for the semaphore /,
  );
  expect(deadlocks).toMatchObject([{ kind: "ownerSleeps" }]);
});

it("has the Python frames of a core whose interpreter is not at hand", async () => {
  const { core, printed } = pythonCore(newest, "frames.py", "kill");
  const told = JSON.parse(printed) as Record<string, Told>;
  const sysroot = join(tmpdir(), "exhume-no-files");
  mkdirSync(sysroot, { recursive: true });
  const context = await openCore(core, { sysroot });
  const read = context.image.threads.map((thread) => {
    const frames = framesOf(context.managed.threadOf(thread));
    return frames
      .filter(({ function: name }) => !/tell|lambda/.test(name!))
      .map(({ function: name, file }) => [name, file]);
  });
  const wanted = context.image.threads.map(({ threadPointer }) =>
    told[String(threadPointer)]!.frames.filter(([name]) => !name.includes("lambda")).map(([name, file]) => [
      name,
      file,
    ]),
  );
  expect(read).toEqual(wanted);
});
