import { describe, expect, it, vi } from "vitest";

vi.mock("vscode", () => ({ window: {} }));

import { describeFault, type Fault } from "../../../analyzer/base/errors";
import { flatten } from "../../../analyzer/session/wireFaults";
import { choicesIn } from "../../../extension/severalDumps";

const several = (option: "member" | "dump", choices: readonly string[]): Fault => ({
  code: "severalDumps",
  file: "f",
  option,
  choices,
  count: choices.length,
});

describe("a file with several dumps", () => {
  it("offers the files of an archive by name", () => {
    const fault = several("member", ["a/heap.hprof", "core.17"]);
    expect(choicesIn(flatten(fault))).toEqual([
      { label: "a/heap.hprof", choice: { member: "a/heap.hprof" } },
      { label: "core.17", choice: { member: "core.17" } },
    ]);
    expect(describeFault(fault)).toBe(
      "f holds 2 dumps: a/heap.hprof, core.17; say which one by --member NAME.",
    );
  });

  it("offers the dumps of one file by number, with their age", () => {
    expect(choicesIn(flatten(several("dump", ["1", "2", "3"])))).toEqual([
      { label: "Heap dump 1", description: "the oldest", choice: { dumpNumber: 1 } },
      { label: "Heap dump 2", choice: { dumpNumber: 2 } },
      { label: "Heap dump 3", description: "the newest", choice: { dumpNumber: 3 } },
    ]);
  });

  it("offers nothing where something else is wrong", () => {
    expect(choicesIn(flatten({ code: "empty", file: "f" }))).toBeUndefined();
  });
});
