import { expect, it } from "vitest";
import { ProblemList } from "../../../../analyzer/base/problems";
import type { LoadedProcess } from "../../../../analyzer/core/loadedProcess";
import { ManagedThreads } from "../../../../analyzer/core/managed/managedThreads";
import type { ThreadSnapshot } from "../../../../analyzer/core/processSnapshot";

const thread = { index: 0, lwp: 7 } as ThreadSnapshot;

function cautionsWith(doubt: string | undefined): (string | undefined)[] {
  const runtime = {
    title: "Test 9",
    doubt,
    threadOf: () => ({
      notes: [],
      places: [
        { nativeIndex: 0, isReplaced: true, frames: [{ language: "Test", caution: "near this line" }] },
      ],
      beyond: [{ language: "Test" }],
    }),
  };
  const inputs = { process: {} as LoadedProcess, symbolize: () => [], problems: new ProblemList() };
  const told = new ManagedThreads(inputs, () => [runtime]).threadOf(thread)!;
  return [...told.places.flatMap(({ frames }) => frames), ...told.beyond].map(({ caution }) => caution);
}

it("says beside each frame of a release that was never tried that it is not verified", () => {
  expect(cautionsWith("Test 9 was never tried")).toEqual([
    "near this line; not verified: Test 9 was never tried",
    "not verified: Test 9 was never tried",
  ]);
  expect(cautionsWith(undefined)).toEqual(["near this line", undefined]);
});
