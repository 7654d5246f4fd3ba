import { expect, it } from "vitest";
import { pcValueAt } from "../../../../analyzer/formats/go/pcValues";

const entry = 0x1000;
/** 3 for 16 bytes, then 1 for 200; the list ends by a change of 0. */
const table = Uint8Array.of(8, 16, 3, 0xc8, 1, 0);

it.each([
  [0, 3],
  [15, 3],
  [16, 1],
  [215, 1],
  [216, undefined],
])("has the value of the instruction at %d", (offset, value) => {
  expect(pcValueAt(table, 0, entry, entry + offset, 1)).toBe(value);
});

it("counts distances in instructions", () => {
  expect(pcValueAt(table, 0, entry, entry + 63, 4)).toBe(3);
  expect(pcValueAt(table, 0, entry, entry + 64, 4)).toBe(1);
});

it("has no value where a list stands still, is cut or begins outside", () => {
  expect(pcValueAt(Uint8Array.of(8, 0, 8, 16, 0), 0, entry, entry, 1)).toBeUndefined();
  expect(pcValueAt(table.subarray(0, 2), 0, entry, entry + 16, 1)).toBeUndefined();
  expect(pcValueAt(table, 2 ** 63, entry, entry, 1)).toBeUndefined();
});
