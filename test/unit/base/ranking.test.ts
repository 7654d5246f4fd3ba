import { describe, expect, it } from "vitest";
import { rankedPositions } from "../../../analyzer/base/ranking";
import { seededRandom } from "../../build/seededRandom";

/** A full stable sort, the plain way. */
function sortedPositions(keys: readonly number[], descending: boolean): number[] {
  const direction = descending ? -1 : 1;
  return keys.map((_, at) => at).sort((a, b) => direction * (keys[a]! - keys[b]!) || a - b);
}

function check(keys: readonly number[], start: number, count: number): void {
  for (const descending of [false, true]) {
    const expected = sortedPositions(keys, descending).slice(start, start + count);
    expect([...rankedPositions(Float64Array.from(keys), descending, start, count)]).toEqual(expected);
  }
}

describe("rankedPositions", () => {
  it("gives the same part as a full stable sort", () => {
    const random = seededRandom(7);
    for (let round = 0; round < 400; round++) {
      const distinct = 1 + Math.floor(random() * 20);
      const keys = Array.from({ length: Math.floor(random() * 60) }, () => Math.floor(random() * distinct));
      check(keys, Math.floor(random() * 70), Math.floor(random() * 30));
    }
  });

  it("handles input that is sorted, reversed or all equal", () => {
    const sorted = Array.from({ length: 5000 }, (_, at) => at);
    check(sorted, 100, 50);
    check([...sorted].reverse(), 0, 10);
    check(
      sorted.map(() => 1),
      4990,
      50,
    );
  });

  it("is empty behind the end", () => {
    check([], 0, 10);
    check([1, 2], 2, 10);
  });
});
