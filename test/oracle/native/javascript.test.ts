import { readFileSync } from "node:fs";
import { resolve } from "node:path";
import { expect, it } from "vitest";
import { backtraceOf } from "../../../analyzer/session/core/frames";
import { summaryOf } from "../../../analyzer/session/core/summary";
import { scriptCore } from "../../build/javascriptCores";
import { newerNode } from "../../build/newerNode";
import { openCore } from "../../build/openCore";

const program = resolve(__dirname, "../../programs/javascript/frames.js");

function lineOf(text: string): number {
  return (
    readFileSync(program, "utf8")
      .split("\n")
      .findIndex((line) => line.includes(text)) + 1
  );
}

/** What Node printed of its stack: at most ten calls, innermost first. */
function printedStack(stderr: string): [name: string, place: string][] {
  const [, text = ""] = stderr.split("----- JavaScript stack trace -----");
  return [...text.matchAll(/^\d+: (?:(.+) \()?([^()\n]+:\d+:\d+)\)?$/gm)].map(([, name, place]) => [
    name ?? "(anonymous)",
    place!,
  ]);
}

it.each([
  ["this Node", () => process.execPath],
  ["Node 24", newerNode],
])("has the calls that %s prints when it aborts, at their lines and columns", async (_, node) => {
  const { core, stderr } = scriptCore(program, ["abort"], node());
  const context = await openCore(core);
  const all = backtraceOf(context, context.image.threads[0]!).frames;
  const frames = all.filter(({ language }) => language === "JavaScript");
  const printed = printedStack(stderr);
  expect(printed.length).toBeGreaterThan(8);
  expect(frames.slice(0, printed.length).map(({ function: name }) => name)).toEqual(
    printed.map(([name]) => name),
  );
  // Where V8 dropped the places of a function again, or compiled it, its line is where it begins, and says so.
  const exact = frames.slice(0, printed.length).flatMap(({ file, line, column, caution }, index) => {
    return caution === undefined ? [[`${file}:${line}:${column}`, printed[index]![1]]] : [];
  });
  expect(exact.length).toBeGreaterThan(printed.length / 2);
  for (const [read, wanted] of exact) expect(read).toBe(wanted);
  const doubtful = all.filter(({ guessed, scanned, restsOn }) => guessed || scanned || restsOn !== undefined);
  expect(doubtful).toEqual([]);
  expect(all.at(-1)?.function).toBe("_start");
  expect(context.managed.runtimes.map(({ doubt }) => doubt)).toEqual([undefined]);
  const line = lineOf(frames[0]!.caution === undefined ? '"abort") process.abort' : "function end(");
  expect(summaryOf(context).headline).toContain(`called from end at frames.js:${line} (JavaScript)`);
  // Beyond what Node prints, up to what called JavaScript.
  const names = all.map(({ function: name, language }) => `${language ?? ""} ${name}`);
  const outermost = names.findLastIndex((name) => name.startsWith("JavaScript "));
  expect(names.slice(0, outermost)).toContain("JavaScript open");
  expect(
    names
      .slice(outermost + 1)
      .some((name) => name.includes("v8::internal::Execution::Call") || name.includes("Invoke")),
  ).toBe(true);
});

it("says of code whose lines nobody asked for where its function begins, and never a wrong name", async () => {
  const { core } = scriptCore(program, ["kill"]);
  const context = await openCore(core);
  const frames = backtraceOf(context, context.image.threads[0]!).frames.filter(
    ({ file }) => file === program,
  );
  expect(frames.map(({ function: name }) => name)).toEqual([
    "end",
    "steps",
    "(anonymous)",
    "priceOf",
    "add",
    "total",
    "(anonymous)",
    "Shop",
    "open",
    "later",
  ]);
  const places = new Map(frames.map(({ function: name, line, caution }) => [name, { line, caution }]));
  for (const [name, start, called] of [
    ["end", "function end(", "process.kill("],
    ["steps", "function* steps(", "yield end("],
    ["add", "function add(", "return sum + priceOf"],
  ] as const) {
    const { line, caution } = places.get(name)!;
    expect([name, line]).toEqual([name, lineOf(caution === undefined ? called : start)]);
  }
});
