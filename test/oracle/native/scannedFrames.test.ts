import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, expect, it } from "vitest";
import { textOfFrame } from "../../../analyzer/fronts/cli/coreFrames";
import { backtraceOf } from "../../../analyzer/session/core/frames";
import { buildProgram, coreOf, type ProgramDraft } from "../../build/nativePrograms";
import { openCore } from "../../build/openCore";

const empty = mkdtempSync(join(tmpdir(), "exhume-empty-"));
afterAll(() => rmSync(empty, { recursive: true }));

const draft = (compiler: "g++" | "i686-linux-gnu-g++", level: string): ProgramDraft => ({
  sources: ["crash.cpp"],
  compiler,
  flags: ["-g", level],
  library: ["crashLibrary.c"],
});

const withoutLibraries: readonly (readonly [string, ProgramDraft, readonly (readonly string[])[]])[] = [
  ["gcc -O0", draft("g++", "-O0"), [["abort"], ["handler"], ["callback"], ["threads", "50"]]],
  ["gcc -O2", draft("g++", "-O2"), [["abort"], ["handler"], ["library"], ["threads", "6"]]],
  ["i386 gcc -O0", draft("i686-linux-gnu-g++", "-O0"), [["abort"], ["handler"]]],
  ["i386 gcc -O2", draft("i686-linux-gnu-g++", "-O2"), [["abort"], ["library"], ["callback"]]],
  [
    "i386 gcc -O0, calls through stubs",
    { sources: ["joins.cpp"], compiler: "i686-linux-gnu-g++", flags: ["-g", "-O0"] },
    [[]],
  ],
];

/** With all files the stacks are gdb's (`stacks.test.ts`): what is scanned without them must be among their frames. */
for (const [name, program, modes] of withoutLibraries) {
  it(`${name}: without its libraries, scanned frames are those of the whole stack`, async () => {
    const built = buildProgram(program);
    for (const mode of modes) {
      const core = await coreOf(built, mode);
      const whole = await openCore(core);
      const partial = await openCore(core, { program: built.path, sysroot: empty });
      for (const [index, thread] of partial.image.threads.entries()) {
        const wanted = backtraceOf(whole, whole.image.threads[index]!).frames;
        const { frames } = backtraceOf(partial, thread);
        const known = new Set(wanted.map(({ pc, function: called }) => `${pc} ${called}`));
        const ours = frames.filter(({ module }) => module === built.path);
        expect(
          ours.filter(({ pc, function: called }) => !known.has(`${pc} ${called}`)),
          `${mode} ${thread.lwp}`,
        ).toEqual([]);
        // Every function of the program's own is there, in its order.
        const namesOf = (list: typeof frames) =>
          list.filter(({ module }) => module === built.path).map((frame) => frame.function);
        expect(namesOf(frames), `${mode} ${thread.lwp}`).toEqual(namesOf(wanted));
        const first = frames.findIndex(({ scanned }) => scanned === true);
        for (const frame of first < 0
          ? []
          : frames.slice(first + 1).filter(({ index: at }) => at > frames[first]!.index))
          expect(frame.restsOn, `${mode} ${thread.lwp}`).toBeLessThan(frame.index);
      }
    }
  });
}

it("says so beside each scanned frame and those that rest on it", async () => {
  const built = buildProgram(draft("g++", "-O2"));
  const core = await coreOf(built, ["abort"]);
  const context = await openCore(core, { program: built.path, sysroot: empty });
  const { frames } = backtraceOf(context, context.image.threads[0]!);
  expect(frames[1]).toMatchObject({ function: "main", scanned: true });
  expect(textOfFrame(frames[1]!)[0]).toMatch(/ main at .*crash\.cpp:\d+ \(scanned\)$/);
  expect(frames[2]).toMatchObject({ restsOn: 1 });
  expect(textOfFrame(frames[2]!)[0]).toMatch(/ \(rests on #1\)$/);
});

it.each(["", "-static"])("musl without unwind tables has its frames %s", async (link) => {
  const flags = ["-g", "-O2", ...(link === "" ? [] : [link])];
  const built = buildProgram({ sources: ["crash.c"], compiler: "musl-gcc", flags });
  const stackOf = async (mode: string) => {
    const context = await openCore(await coreOf(built, [mode]));
    return backtraceOf(context, context.image.threads[0]!).frames.map((frame) => frame.function);
  };
  expect((await stackOf("abort")).slice(1, 4)).toEqual(["raise", "abort", "main"]);
  const handled = await stackOf("handler");
  expect(handled.slice(0, 1)).toEqual(["last_id"]);
  expect(handled).toContain("on_signal");
  expect(handled).toContain("main");
});
