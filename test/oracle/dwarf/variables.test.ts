import { describe, expect, it } from "vitest";
import { evaluateExpression } from "../../../analyzer/core/expressions/evaluate";
import { scopeOf } from "../../../analyzer/core/expressions/scope";
import { present } from "../../../analyzer/core/values/present";
import { readInteger } from "../../../analyzer/core/values/readValue";
import { variablesOf } from "../../../analyzer/core/values/variables";
import { aarch64Root } from "../../build/gdb";
import { compareFrames, judgedFrames } from "../../build/judgedValues";
import { buildProgram, coreOf, type ProgramDraft } from "../../build/nativePrograms";
import { openCore } from "../../build/openCore";

const programs: readonly (readonly [string, ProgramDraft])[] = (
  [
    ["g++", "-O0", []],
    ["g++", "-O0", ["-gdwarf-4"]],
    ["g++", "-O2", []],
    ["g++", "-O2", ["-gdwarf-4"]],
    ["g++", "-O2", ["-gsplit-dwarf"]],
    ["clang++", "-O0", []],
    ["clang++", "-O2", []],
    ["clang++", "-O2", ["-gdwarf-4"]],
    ["clang++", "-O2", ["-gsplit-dwarf"]],
    ["i686-linux-gnu-g++", "-O0", []],
    ["i686-linux-gnu-g++", "-O2", []],
  ] as const
).map(([compiler, level, more]) => [
  [compiler, level, ...more].join(" "),
  { sources: ["values.cpp"], compiler, flags: ["-g", "-std=c++17", level, ...more] },
]);

describe("locals and arguments of every frame have gdb's values", () => {
  it.each(programs)("%s", async (_, draft) => {
    const program = buildProgram(draft);
    const core = await coreOf(program, []);
    const { view } = await openCore(core, { program: program.path });
    const judged = judgedFrames(program.path, core);
    const verdict = compareFrames(view, judged, "values.cpp");
    expect(verdict.differences.slice(0, 20)).toEqual([]);
    expect(verdict.known).toBeGreaterThan(30);
    if (draft.flags.includes("-O0")) expect(verdict.printed).toBeGreaterThan(15);
    // What the optimizer left can be shown wherever the judge shows it, but for a few it follows further.
    expect(verdict.less).toBeLessThanOrEqual(draft.flags.includes("-O0") ? 0 : verdict.known / 20);
  });
});

it("shows an aarch64 program's locals as its source made them", async () => {
  const program = buildProgram({
    sources: ["crash.c"],
    library: ["crashLibrary.c"],
    compiler: "aarch64-linux-gnu-gcc",
    flags: ["-g", "-O0"],
  });
  const core = await coreOf(program, ["segv"], "qemu");
  const { view } = await openCore(core, { program: program.path, sysroot: aarch64Root });
  const shown: string[] = [];
  for (let index = 0; ; index++) {
    const frame = view.machineFrame(view.core.image.threads[0]!, index);
    if (frame === undefined) break;
    for (const each of view.functionsOf(frame)) {
      const wanted = variablesOf(each, frame, view).filter(({ name }) =>
        /^(depth|local|precise|second)$/.test(name),
      );
      const texts = wanted.map(({ name, value }) => `${name} ${present(value, view).text}`);
      if (texts.length > 0) shown.push(`${each.function}: ${texts.join(", ")}`);
    }
  }
  expect(shown).toEqual([
    ...[0, 1, 2, 3].map((depth) => `walk: depth ${depth}, local ${depth * 3}, precise ${(depth + 1) * 0.75}`),
    "main: second {id = 2, total = 2.5, next = 0x0}",
  ]);
});

describe("thread-local variables of a library", () => {
  const dialects = ["gnu", "gnu2"];
  it.each(dialects)("are found where the loader put them: %s", async (dialect) => {
    const program = buildProgram({
      sources: ["crash.cpp"],
      library: ["crashLibrary.c"],
      compiler: "g++",
      flags: ["-g", "-O0", `-mtls-dialect=${dialect}`],
    });
    const { view } = await openCore(await coreOf(program, ["library"]));
    const thread = view.core.image.threads[0]!;
    // In the library's own frames and in its caller's.
    for (const index of [0, 1, 2]) {
      const frame = view.machineFrame(thread, index)!;
      const scope = scopeOf(view, frame, view.functionsOf(frame)[0]);
      const values = ["library_calls", "library_last"].map((name) =>
        readInteger(evaluateExpression(name, scope)),
      );
      expect(values, `frame ${index}`).toEqual([42n, 400n]);
    }
    expect(view.functionsOf(view.machineFrame(thread, 2)!)[0]?.function).toBe("main");
  });
});
