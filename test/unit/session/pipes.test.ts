import { execFileSync } from "node:child_process";
import { mkdirSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, expect, it } from "vitest";
import { dumpKeyOf } from "../../../analyzer/session/dumps/dumpTraces";
import { NoteStore } from "../../../analyzer/session/dumps/noteStore";
import { FileSource, readSmallFile } from "../../../analyzer/session/files/fileSource";

let folder: string;
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), "exhume-pipes-"));
  execFileSync("mkfifo", [join(folder, "core")]);
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

it("a pipe in the place of a dump is refused, not waited for", () => {
  expect(() => FileSource.open(join(folder, "core"))).toThrow("it is not a regular file");
});

it("devices and folders are not read", () => {
  for (const path of ["/dev/zero", folder])
    expect(() => readSmallFile(path, 100)).toThrow("not a regular file");
});

it("a small file has a largest size", () => {
  const path = join(folder, "large");
  writeFileSync(path, "x".repeat(101));
  expect(() => readSmallFile(path, 100)).toThrow("more than 100 bytes");
  expect(readSmallFile(path, 101)).toHaveLength(101);
});

it("a pipe in the place of notes has none, and they are written nevertheless", () => {
  const dump = join(folder, "large");
  mkdirSync(join(folder, "notes"));
  execFileSync("mkfifo", [join(folder, "notes", `${dumpKeyOf(dump)}.json`)]);
  const store = new NoteStore(dump, folder);
  expect(store.list()).toEqual([]);
  const note = { id: "1", title: "a", text: "b", changedMs: 1 };
  expect(store.write(note)).toEqual([note]);
  expect(store.list()).toEqual([note]);
});

it("notes are not written through a link in their way", () => {
  const dump = join(folder, "linked");
  const target = join(folder, "of-others");
  writeFileSync(target, "of others");
  const file = join(folder, "notes", `${dumpKeyOf(dump)}.json`);
  symlinkSync(target, `${file}.${process.pid}`);
  symlinkSync(target, file);
  const note = { id: "1", title: "a", text: "b", changedMs: 1 };
  expect(new NoteStore(dump, folder).write(note)).toEqual([note]);
  expect(readFileSync(target, "utf8")).toBe("of others");
  expect(readFileSync(file, "utf8")).toContain('"text":"b"');
});

it("what a process shows of itself is not a dump", () => {
  for (const path of ["/proc/self/mem", "/proc/self/fd", "/dev/tty"])
    expect(() => {
      const source = FileSource.open(path);
      // Not a file, or one that says it has no bytes.
      if (source.byteLength === 0) throw new Error("it is empty");
    }).toThrow();
});
