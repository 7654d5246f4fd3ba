import { expect, it } from "vitest";
import { pythonLayouts } from "../../../../analyzer/core/python/pythonLayouts";
import { PythonMemory, typeFlag } from "../../../../analyzer/core/python/pythonMemory";
import { pythonFloatText } from "../../../../analyzer/core/python/pythonNumbers";
import { quotedBytes, quotedText } from "../../../../analyzer/core/python/pythonQuoting";
import { pythonValue } from "../../../../analyzer/core/python/pythonValue";
import { MadePython } from "../../../build/pythonMemory";

/** As each of these releases would have it. */
function inEachRelease(make: (made: MadePython) => number): string[] {
  return pythonLayouts.map((layout) => {
    const made = new MadePython(layout);
    const address = make(made);
    const { memory } = made.memory.process(made.memory.bytes(), [], 0);
    return pythonValue(new PythonMemory(memory, layout), address).text;
  });
}

it("writes values that contain themselves as far as they are deep", () => {
  const list = inEachRelease((made) => {
    const address = made.list(0);
    made.memory.words(made.items(address), address);
    return address;
  });
  expect(new Set(list)).toEqual(new Set(["[[[[…]]]]"]));
  const exception = inEachRelease((made) => {
    const address = made.exception("Loop", 0);
    made.memory.words(made.items(address), address);
    return address;
  });
  expect(new Set(exception)).toEqual(new Set(["Loop(Loop(Loop(Loop(…))))"]));
  const member = inEachRelease((made) => {
    const name = made.string("RED");
    const entries = made.dictionary([made.string("_name_"), name], [made.string("_value_"), name]);
    const address = made.instance("Colour", entries);
    made.memory.words(made.valueAt(entries, 1), address);
    return address;
  });
  for (const text of member) expect(text).toMatch(/^(<Colour\.RED: ){4}<Colour at 0x[0-9a-f]+>>>>>$/);
});

it("says of what is not an object that it is absent", () => {
  const broken = inEachRelease((made) => made.list(made.string("a"), 0x1234_5678, 0));
  expect(new Set(broken)).toEqual(new Set(["['a', <absent>, <absent>]"]));
});

it("names a class by what it is, not by a word of the language", () => {
  const object = inEachRelease((made) => made.instance("constructor", made.dictionary()));
  for (const text of object) expect(text).toMatch(/^<constructor at 0x/);
  const shown = inEachRelease((made) => made.type("Order", typeFlag.heapType));
  expect(new Set(shown)).toEqual(new Set(["<class 'Order'>"]));
});

it.each([
  [1, "1.0"],
  [1e16, "1e+16"],
  [123456789012345680, "1.2345678901234568e+17"],
  [1e-4, "0.0001"],
  [9.999e-5, "9.999e-05"],
  [5e-324, "5e-324"],
  [0.1 + 0.2, "0.30000000000000004"],
  [-0, "-0.0"],
  [1e15, "1000000000000000.0"],
  [Number.NaN, "nan"],
  [Number.NEGATIVE_INFINITY, "-inf"],
])("writes the float %d as Python does", (value, text) => {
  expect(pythonFloatText(value)).toBe(text);
});

it.each([
  ["plain", "'plain'"],
  ["it's", `"it's"`],
  [`it's "q"`, `'it\\'s "q"'`],
  ["\n\t\\\x01\x7f\xa0\u200b\ue000\u{1f600}é", "'\\n\\t\\\\\\x01\\x7f\\xa0\\u200b\\ue000\u{1f600}é'"],
  ["\ud800", "'\\ud800'"],
])("quotes %j as Python does", (text, quoted) => {
  expect(quotedText(text)).toBe(quoted);
});

it("quotes bytes as Python does", () => {
  expect(quotedBytes(Uint8Array.of(0x61, 0, 0xff, 0x27, 0x5c))).toBe(`b"a\\x00\\xff'\\\\"`);
});
