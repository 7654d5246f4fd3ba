import { mkdtempSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, it, vi } from "vitest";
import { longestNote, type Note } from "../../../analyzer/protocol/dump/investigation";
import { NoteStore, notesOf } from "../../../analyzer/session/dumps/noteStore";

const note: Note = {
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

it("writes notes on an encrypted dump so that only its key reads them", () => {
  const folder = mkdtempSync(join(tmpdir(), "exhume-notes-"));
  vi.stubEnv("XDG_CACHE_HOME", join(folder, "cache"));
  try {
    const dump = join(folder, "dump.age");
    writeFileSync(dump, "");
    const key = new Uint8Array(32).fill(1);
    const other = new Uint8Array(32).fill(2);
    new NoteStore(dump, folder, key).write(note);
    expect(new NoteStore(dump, folder, key).list()).toEqual([note]);
    expect(new NoteStore(dump, folder, other).list()).toEqual([]);
    expect(new NoteStore(dump, folder).list()).toEqual([]);
    expect(() => new NoteStore(dump, folder, other).write(note)).toThrow("encrypted otherwise");
    expect(new NoteStore(dump, folder, key).list()).toEqual([note]);
    const texts = readdirSync(folder, { recursive: true, encoding: "utf8" })
      .map((name) => join(folder, name))
      .filter((file) => statSync(file).isFile())
      .map((file) => readFileSync(file, "latin1"));
    expect(texts.length).toBeGreaterThan(2);
    for (const text of texts) expect(text).not.toMatch(/shop|grows|7f00/);
    new NoteStore(dump, folder).forget();
    expect(readdirSync(join(folder, "notes"))).toEqual([]);
  } finally {
    vi.unstubAllEnvs();
    rmSync(folder, { recursive: true, force: true });
  }
});
