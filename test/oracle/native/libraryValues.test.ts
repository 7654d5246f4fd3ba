import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, describe, expect, it } from "vitest";
import { present } from "../../../analyzer/core/values/present";
import { partsOf } from "../../../analyzer/core/values/valueParts";
import { variablesOf } from "../../../analyzer/core/values/variables";
import type { CoreContext } from "../../../analyzer/session/core/coreContext";
import { buildProgram, coreOf, type ProgramDraft } from "../../build/nativePrograms";
import { openCore } from "../../build/openCore";

const folder = mkdtempSync(join(tmpdir(), "exhume-printers-"));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const draftOf = (source: string, standard: string, more: readonly string[] = []): ProgramDraft => ({
  sources: [source],
  compiler: "g++",
  flags: ["-g", "-O0", `-std=${standard}`, ...more],
});

/** Locals of `main`, by name. */
function localsOf({ view }: CoreContext) {
  const thread = view.core.image.threads[0]!;
  for (let index = 0; ; index++) {
    const frame = view.machineFrame(thread, index);
    if (frame === undefined) throw new Error("main is not in the stack");
    const main = view.functionsOf(frame).find(({ function: name }) => name === "main");
    if (main !== undefined)
      return new Map(variablesOf(main, frame, view).map(({ name, value }) => [name, value]));
  }
}

function linesOf(context: CoreContext, names: readonly string[]): Record<string, string | undefined> {
  const locals = localsOf(context);
  const lineOf = (name: string) => {
    const value = locals.get(name);
    return value && present(value, context.view).text;
  };
  return Object.fromEntries(names.map((name) => [name, lineOf(name)]));
}

describe("values of libraries are what the program put into them", () => {
  it("of Boost, Eigen and fmt", async () => {
    const program = buildProgram(draftOf("libraries.cpp", "c++17", ["-I/usr/include/eigen3"]));
    const context = await openCore(await coreOf(program, []));
    const wanted = {
      small: "size 3 {1, 2, 3}",
      spilled: "size 5 {1, 2, 3, 4, 5}",
      fixed: "size 2 {1.5, 2.5}",
      flat: 'size 2 {[1] = "one", [2] = "two"}',
      sorted: "size 3 {1, 2, 3}",
      short_text: '"short"',
      long_text: '"a string that is too long to be kept inside the object"',
      chain: "size 3 {4, 5, 6}",
      tree: "size 3 {[1] = 10, [2] = 20, [3] = 30}",
      ring: "size 3 {2, 3, 4}",
      some: "7",
      none: "none",
      either: '"text"',
      square: "3 × 3 {1, 2, 3, 4, 5, 6, 7, 8, 9}",
      vector: "size 3 {1, 2, 3}",
      wide: "2 × 3 {1, 2, 3, 4, 5, 6}",
      by_row: "2 × 2 {1, 2, 3, 4}",
      buffer: '"1 and two"',
    };
    expect(linesOf(context, Object.keys(wanted))).toEqual(wanted);
  });

  it("behind erased types, iterators and coroutines of C++20", async () => {
    const context = await openCore(await coreOf(buildProgram(draftOf("modern.cpp", "c++20")), []));
    const wanted = {
      nothing: "no value",
      number: "42",
      text: '"held"',
      big: "{values = {1, 2, 0, 0}}",
      none: "empty",
      plain: expect.stringMatching(/^0x[0-9a-f]+ <twice>$/),
      adder: "Adder {step = 9}",
      heavy: expect.stringMatching(/\{__captured = \{values = \{?/),
      code: expect.stringMatching(/^2 of 0x/),
      second: "2",
      last: "3",
      link: "5",
      named: '{first = 2, second = "two"}',
      listed: "size 2 {7, 8}",
      place: expect.stringMatching(/^".*\/modern\.cpp":\d+ "int main\(\)"$/),
      free_lock: "unlocked",
      taken: `locked by thread ${context.image.threads[0]!.lwp}`,
      no_thread: "not joinable",
      pooled: "size 2 {1, 2}",
      generator: "{handle = count suspended at point 2}",
      finished: "{handle = once done}",
      erased: "count suspended at point 2",
      no_coroutine: "no coroutine",
    };
    expect(linesOf(context, Object.keys(wanted))).toEqual(wanted);
    const parts = partsOf(localsOf(context).get("erased")!, context.view).children!.page(0, 10);
    const textOf = (name: string) =>
      present(parts.find((part) => part.name === name)!.value, context.view).text;
    expect(textOf("promise()")).toBe("{current = 11}");
    expect(textOf("frame")).toContain("from = 10");
  });

  it("of a team's own types, by the rules of its file", async () => {
    const file = join(folder, "printers.json");
    const rules = [
      '{ "type": "shop::Money", "text": "{cents / 100}.{cents % 100}" },',
      '{ "type": "shop::Ring<.*>", "items": { "count": "count", "value": "slots[(first + $index) % capacity]" } },',
      '{ "type": "shop::Ring<.*>", "value": "slots[" }',
    ];
    writeFileSync(file, `{ "printers": [\n${rules.join("\n")}\n] }`);
    const program = buildProgram(draftOf("shownByRules.cpp", "c++17"));
    const context = await openCore(await coreOf(program, []), {
      printerFiles: [file, join(folder, "none.json")],
    });
    expect(linesOf(context, ["price", "ring"])).toEqual({ price: "12.34", ring: "size 4 {10, 20, 30, 40}" });
    expect(
      context.problems.toArray().map(({ message }) => message.slice(message.lastIndexOf("/") + 1)),
    ).toEqual([
      "printers.json:4:38: in 'slots[': The expression ends too early (column 7); this printer is left out.",
      "none.json:1:1: the file is not there, or may not be read; this printer is left out.",
    ]);
  });
});
