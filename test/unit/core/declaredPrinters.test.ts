import { readdirSync, readFileSync } from "node:fs";
import { join, resolve } from "node:path";
import { describe, expect, it } from "vitest";
import { builtinRules } from "../../../analyzer/core/declaredPrinters/builtin/builtinRules";
import { readPrinterFile } from "../../../analyzer/core/declaredPrinters/printerFile";
import type { PrinterRule } from "../../../analyzer/core/declaredPrinters/printerRule";
import { pairShownBy } from "../../build/printedPair";

const folder = resolve(__dirname, "../../../analyzer/core/declaredPrinters/builtin");
const rule = (more: Partial<PrinterRule>): PrinterRule => ({ type: "Pair", ...more });
const words = [3, 4, 0x1010, 0, 5, 6, 0x1000, 0];

describe("a rule of a printers file", () => {
  it.each<[string, Partial<PrinterRule>, string]>([
    ["a line", { text: "{first} × {second + 1}" }, "3 × 5"],
    ["names", { where: { sum: "first + second" }, text: "{sum}, {sum * 2}" }, "7, 14"],
    ["another value", { shape: { kind: "value", value: "second" } }, "4"],
    ["an array", { shape: { kind: "array", start: "&values[0]", count: "first" } }, "size 3 {3, 4, 4112}"],
    [
      "elements by number",
      { shape: { kind: "items", count: "2", value: "values[1 - $index]" } },
      "size 2 {4, 3}",
    ],
    [
      "keys",
      { shape: { kind: "items", count: "2", key: "$index", value: "values[$index]" } },
      "size 2 {[0] = 3, [1] = 4}",
    ],
    [
      "a list that leads back into itself",
      {
        shape: {
          kind: "list",
          first: "this",
          next: "*(int **) ((char *) $node + 8)",
          value: "*(int *) $node",
        },
      },
      "size 2 {3, 5}",
    ],
    [
      "a tree that leads back into itself",
      {
        shape: {
          kind: "tree",
          root: "this",
          left: "*(int **) ((char *) $node + 8)",
          right: "$node",
          value: "*(int *) $node",
        },
      },
      "size 2 {5, 3}",
    ],
    [
      "filled slots",
      { shape: { kind: "slots", capacity: "4", filled: "values[$index] % 2 == 0", value: "values[$index]" } },
      "size 3 {4, 4112, 0}",
    ],
    [
      "lists in buckets",
      {
        shape: {
          kind: "chains",
          buckets: "2",
          first: "$index == 0 ? (int *) this : (int *) 0",
          next: "*(int **) ((char *) $node + 8)",
          value: "*$node",
        },
      },
      "size 2 {3, 5}",
    ],
    [
      "parts",
      {
        shape: {
          kind: "members",
          members: [
            { name: "a", value: "first" },
            { name: "b", value: "second", when: "first > 3" },
          ],
        },
      },
      "{a = 3}",
    ],
  ])("shows %s", (_, more, wanted) => {
    expect(pairShownBy([rule(more)], words)).toBe(wanted);
  });

  it("counts only where its condition is true and its names are there; the next one is tried", () => {
    const rules = [
      rule({ when: "first == 9", text: "nine" }),
      rule({ where: { gone: "nothing" }, when: "gone", text: "gone" }),
      rule({ text: "third" }),
    ];
    expect(pairShownBy(rules, words)).toBe("third");
    expect(pairShownBy(rules.slice(0, 2), words)).toMatch(/^\{first = 3, /);
  });

  it("reaches no variables, registers or functions of the program", () => {
    expect(pairShownBy([rule({ text: "{environ} {$rip} {first}" })], words)).toBe("? ? 3");
  });

  it("gives up when it asks too much, and what was shown is bounded", () => {
    const shape = { kind: "list", first: "(char *) this", next: "$node + 1", value: "first" } as const;
    // As many nodes as there are addresses: work ends before they do.
    expect(pairShownBy([rule({ shape })], words)).toMatch(/^size \d{5,6} </);
    const deep = `${"(".repeat(99)}first${")".repeat(99)}`;
    expect(
      pairShownBy([rule({ shape: { kind: "items", count: "1l << 39", value: deep } })], words),
    ).toContain(", ...}");
  });

  it("shows a value whose rule leads back to it without end as far as lines go", () => {
    const loop = rule({ shape: { kind: "members", members: [{ name: "self", value: "*this" }] } });
    expect(pairShownBy([loop], words).length).toBeLessThan(200);
    const same = rule({ shape: { kind: "value", value: "*this" } });
    expect(pairShownBy([same], words).length).toBeLessThan(400);
  });
});

describe("a printers file", () => {
  const faultsOf = (text: string) =>
    readPrinterFile(text).faults.map(({ line, column, message }) => `${line}:${column} ${message}`);

  it("may have comments and trailing commas", () => {
    const text = '{ // ours\n "printers": [{ "type": "Pair", "text": "{first}", }], }';
    expect(readPrinterFile(text)).toEqual({ rules: [rule({ text: "{first}" })], faults: [] });
  });

  it.each<[string, string]>([
    ["", "1:1 this is not JSON: value expected"],
    ['{"printers": 3}', "1:1 an object with a list called 'printers' is wanted"],
    ['{"printers": [\n {"text": "x"}]}', "2:2 'type' is missing"],
    ['{"printers": [{"type": "(", "text": "x"}]}', "1:24 this is not a pattern: "],
    ['{"printers": [{"type": "A"}]}', "1:15 how it is shown is missing: "],
    ['{"printers": [{"type": "A",\n "tekst": "x"}]}', "2:2 'tekst' is not known here; known are "],
    ['{"printers": [{"type": "A", "value": "a +"}]}', "1:38 in 'a +': The expression ends too early"],
    ['{"printers": [{"type": "A", "value": "a = 1"}]}', "1:38 in 'a = 1': A dump is read-only"],
    ['{"printers": [{"type": "A", "array": {"start": "a"}}]}', "1:38 'count' is missing"],
    [
      '{"printers": [{"type": "A", "value": "a", "string": {"start": "a", "length": "b"}}]}',
      "1:15 only one of ",
    ],
  ])("says what is wrong in %s, and where", (text, wanted) => {
    const [first] = faultsOf(text);
    expect(first?.slice(0, wanted.length)).toBe(wanted);
  });

  it("keeps the other printers beside one with a fault", () => {
    const text = '{"printers": [{"type": "A"}, {"type": "B", "text": "b"}]}';
    expect(readPrinterFile(text).rules.map(({ type }) => type)).toEqual(["B"]);
  });

  it("is not read beyond its limits", () => {
    expect(faultsOf(" ".repeat(300_000))[0]).toMatch(/^1:1 the file is longer than 256 KiB/);
    const many = JSON.stringify({ printers: Array.from({ length: 600 }, () => ({ type: "A", text: "a" })) });
    expect(readPrinterFile(many).rules.length).toBe(500);
    const long = { type: "A", text: "{a}".repeat(400) };
    expect(faultsOf(JSON.stringify({ printers: [long] }))).toEqual([
      "1:33 it is longer than 1000 characters",
    ]);
    const unknown = { type: "A", text: "a", ["key".repeat(1000)]: 1 };
    expect(faultsOf(JSON.stringify({ printers: [unknown] }))[0]!.length).toBeLessThan(300);
  });

  it.each(["[", '{"a":', '{"printers":['])("is not read where it goes on and on with %s", (part) => {
    expect(faultsOf(part.repeat(260_000 / part.length))).toEqual([
      expect.stringMatching(/^1:\d+ lists and objects deeper than 32 levels are not taken$/),
    ]);
  });
});

it("has no fault in the rules that come with Exhume", () => {
  const files = readdirSync(folder).filter((name) => name.endsWith(".json"));
  const faults = files.flatMap((name) =>
    readPrinterFile(readFileSync(join(folder, name), "utf8")).faults.map(
      ({ message }) => `${name}: ${message}`,
    ),
  );
  expect(faults).toEqual([]);
  expect(files.length).toBe(6);
  expect(builtinRules("boost::array<int, 3>").length).toBeGreaterThan(20);
});
