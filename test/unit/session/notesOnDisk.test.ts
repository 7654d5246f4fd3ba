import { expect, it } from "vitest";
import { longestNote } from "../../../analyzer/protocol/dump/investigation";
import { notesOf } from "../../../analyzer/session/dumps/noteStore";

const note = {
  id: "1",
  title: "com.shop.Cache @ 0x7f00",
  text: "grows",
  place: { view: "inspector", params: { objectId: "0x7f00" } },
  changedMs: 1_700_000_000_000,
};
const read = (notes: unknown, version: unknown = 1) => notesOf(JSON.stringify({ version, notes }));

it("reads notes as they were written", () => {
  expect(read([note])).toEqual([note]);
});

it.each<readonly [string, object]>([
  ["a place whose parameters are wrong", { place: { view: "histogram", params: { filter: 5 } } }],
  ["a place in a view that does not exist", { place: { view: "constructor", params: {} } }],
  ["a place that is not one", { place: "inspector" }],
])("keeps what was written about %s", (_, damage) => {
  const { place: _place, ...others } = note;
  expect(read([{ ...note, ...damage }])).toEqual([others]);
});

it.each<readonly [string, unknown]>([
  ["a title that is not text", { ...note, title: 5 }],
  ["no time", { ...note, changedMs: "yesterday" }],
  ["an id that is an object", { ...note, id: {} }],
  ["a text longer than notes are", { ...note, text: "a".repeat(longestNote + 1) }],
  ["null", null],
  ["a number", 5],
])("leaves out a note with %s", (_, damaged) => {
  expect(read([damaged, note])).toEqual([note]);
});

it("has no notes in what is not a file of them", () => {
  for (const text of ["", "null", "5", "[]", "{", '{"version":1}', '{"version":1,"notes":{}}'])
    expect(notesOf(text)).toEqual([]);
  expect(read([note], 2)).toEqual([]);
});
