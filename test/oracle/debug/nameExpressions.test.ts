import { describe, expect, it } from "vitest";
import { evaluateExpression } from "../../../analyzer/core/expressions/evaluate";
import { scopeOf } from "../../../analyzer/core/expressions/scope";
import { present } from "../../../analyzer/core/values/present";
import { variablesOf } from "../../../analyzer/core/values/variables";
import type { CoreContext } from "../../../analyzer/session/core/coreContext";
import { readCases } from "../../build/caseFile";
import { printedByGdb } from "../../build/gdbPrint";
import { buildProgram, coreOf, type ProgramDraft } from "../../build/nativePrograms";
import { openCore } from "../../build/openCore";

const cpp = ["-g", "-O0", "-std=c++17"];
const programs: readonly (readonly [string, ProgramDraft, string, string])[] = [
  [
    "names of C++, DWARF 5",
    { sources: ["names.cpp"], compiler: "g++", flags: cpp },
    "shop::stop",
    "nameExpressions.txt",
  ],
  [
    "names of C++, DWARF 4 with type units",
    { sources: ["names.cpp"], compiler: "g++", flags: [...cpp, "-gdwarf-4", "-fdebug-types-section"] },
    "shop::stop",
    "nameExpressions.txt",
  ],
  [
    "names of C++ by clang",
    { sources: ["names.cpp"], compiler: "clang++", flags: [...cpp, "-fstandalone-debug"] },
    "shop::stop",
    "nameExpressions.txt",
  ],
  [
    "data without types, and registers",
    { sources: ["untyped.c"], compiler: "gcc", flags: ["-g", "-O0"] },
    "stop",
    "untypedExpressions.txt",
  ],
];

/** The frame of a function as a scope. */
function frameOf({ view }: CoreContext, name: string) {
  const thread = view.core.image.threads[0]!;
  for (let index = 0; ; index++) {
    const frame = view.machineFrame(thread, index);
    if (frame === undefined) throw new Error(`${name} is not in the stack`);
    const found = view.functionsOf(frame).find((each) => each.function === name);
    if (found !== undefined) return { frame, found, scope: scopeOf(view, frame, found) };
  }
}

/** Both write the same numbers; the judge writes scopes before enumerators, and a minus behind a plus. */
function plain(text: string): string {
  return text
    .replace(/\b(shop|v2|Colour|Level|Point)::/g, "")
    .replace(/\+ -/g, "- ")
    .replace(/\[ /g, "[")
    .replace(/-?\d+\.\d+(e[-+]\d+)?/g, (number) => String(Number(Number(number).toPrecision(7))));
}

describe("expressions have gdb's values", () => {
  it.each(programs)("%s", async (_, draft, name, cases) => {
    const program = buildProgram(draft);
    const core = await coreOf(program, []);
    const context = await openCore(core, { program: program.path });
    const { scope } = frameOf(context, name);
    const wanted = readCases(cases);
    const questions = wanted.map(({ question }) => question);
    const judged = printedByGdb({ program: program.path, core, frame: name }, questions);
    const ours = questions.map((question) => {
      const { text } = present(evaluateExpression(question, scope), context.view);
      return `${question} = ${plain(text)}`;
    });
    const theirs = wanted.map(({ question, answer }, index) => {
      const [told = plain(judged[index]!)] = answer;
      return `${question} = ${told}`;
    });
    expect(ours).toEqual(theirs);
  });
});

it("says of data without a type that it has to be cast", async () => {
  const program = buildProgram({ sources: ["untyped.c"], compiler: "gcc", flags: ["-g", "-O0"] });
  const { scope } = frameOf(await openCore(await coreOf(program, [])), "stop");
  const evaluate = () => evaluateExpression("undeclared", scope);
  expect(evaluate).toThrow("There is no debug information about undeclared: cast it to its type");
});

it("shows Fortran's arrays as long as they are when running", async () => {
  const program = buildProgram({ sources: ["arrays.f90"], compiler: "gfortran", flags: ["-g", "-O0"] });
  const context = await openCore(await coreOf(program, []));
  const { frame, found } = frameOf(context, "particles::step");
  const shown = variablesOf(found, frame, context.view).map(
    ({ name, value }) => `${name} = ${present(value, context.view).text}`,
  );
  const particle = (place: string, id: number) => `{place = {${place}}, id = ${id}, label = "part    "}`;
  const row = [particle("1, 2, 3", 10), particle("1, 2, 3", 20), particle("4, 5, 6", 30)];
  expect(shown.filter((line) => !line.startsWith("any"))).toEqual([
    `row = {${row.join(", ")}}`,
    "length = 3",
    "grid = {{1, 1, 1}, {1, 1, 1}, {1, 9.5, 1}, {1, 1, 1}}",
    "section = {1, 9, 25, 49, 81}",
    "flag = true",
    "nowhere = 0x0",
    "unset = <absent>",
    "z = 1.5 - 2i",
  ]);
  expect(shown.find((line) => line.startsWith("any"))).toMatch(/^any = 0x[0-9a-f]+$/);
});
