import { expect, it } from "vitest";
import { isOnAnotherMachine } from "../../../analyzer/base/otherMachines";

it.each([
  "\\\\host\\share\\lib.so",
  "//host/share/lib.so",
  "/\\host\\share",
  "\\/host/share",
  "\\\\?\\UNC\\host\\share",
  "\\\\?\\C:\\x",
  "\\\\.\\pipe\\x",
  "file://host/share/x.c",
  "FILE:///x.c",
  "smb://host/x",
  " //host/share",
  "/net/host/x.c",
  "/./net/host/x.c",
  "/usr/../net/host/x.c",
  "/../../net//host/x.c",
])("%s leads to another machine", (path) => expect(isOnAnotherMachine(path)).toBe(true));

it.each([
  "/usr/lib/x.so",
  "C:\\work\\x.c",
  "c:/work/x.c",
  "src/x.c",
  "../x.c",
  "/home/me/net/x.c",
  "/network/x.c",
  "/net",
  "/net/..",
  "/net/../usr/x.c",
  "net/host/x.c",
  "[vdso]",
  "",
])("%s does not", (path) => expect(isOnAnotherMachine(path)).toBe(false));
