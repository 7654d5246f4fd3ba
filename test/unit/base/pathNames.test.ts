import { expect, it } from "vitest";
import { fileNameOf, lastPartOf, parentOf } from "../../../analyzer/base/pathNames";

it.each([
  ["/usr/lib/libc.so.6", "libc.so.6"],
  ["libc.so.6", "libc.so.6"],
  ["", ""],
  ["/", ""],
  ["/usr/lib/", ""],
  // A name on Linux may have it, and is not another file for that.
  ["/tmp/evil\\libc.so.6", "evil\\libc.so.6"],
])("names a file of the dump's machine: %s", (path, name) => {
  expect(lastPartOf(path)).toBe(name);
});

it.each([
  ["/home/ada/a.hprof", "a.hprof"],
  ["C:\\dumps\\a.hprof", "a.hprof"],
  ["C:\\dumps/a.hprof", "a.hprof"],
  ["\\\\host\\share\\a.hprof", "a.hprof"],
  ["a.hprof", "a.hprof"],
])("names a file of any machine's path: %s", (path, name) => {
  expect(fileNameOf(path)).toBe(name);
});

it.each([
  ["/opt/app/server", "/opt/app"],
  ["C:\\app\\server", "C:\\app"],
  ["/server", "/"],
  ["server", "."],
])("says where a file lies: %s", (path, folder) => {
  expect(parentOf(path)).toBe(folder);
});
