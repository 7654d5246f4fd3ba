import { expect, it } from "vitest";
import { pythonReleaseAt } from "../../../../analyzer/core/python/pythonRelease";
import { ProcessMemory } from "../../../build/processMemory";

const runtime = 0x60_0000;

function releaseOf(begins: string, version: number, freeThreaded: number) {
  const made = new ProcessMemory().segment(runtime, 64);
  made.write(runtime, Buffer.from(begins)).words(runtime + 8, version, freeThreaded);
  return pythonReleaseAt(made.process(made.bytes(), [], 0).memory, BigInt(runtime));
}

it("knows the release and the kind of CPython by what it says of itself", () => {
  expect(releaseOf("xdebugpy", 0x030d_05f0, 1)).toEqual({ minor: 13, words: "3.13.5", isFreeThreaded: true });
  expect(releaseOf("xdebugpy", 0x030e_0af0, 0)).toEqual({
    minor: 14,
    words: "3.14.10",
    isFreeThreaded: false,
  });
});

it("knows nothing of releases before 3.13, and of what is not an interpreter", () => {
  expect(releaseOf("\0\0\0\0\0\0\0\0", 0x030d_05f0, 1)).toBeUndefined();
  expect(releaseOf("xdebugpy", 0, 0)).toBeUndefined();
});
