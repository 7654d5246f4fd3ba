import { expect, it } from "vitest";
import { binaryParsers } from "./binaryParsers";
import { binaryNames } from "./seeds/binaries";

const readSeed = (parser: string, index: number): string => {
  const { seeds, read } = binaryParsers[parser]!;
  return JSON.stringify(read((seeds as readonly Uint8Array[])[index]!));
};

it.each(binaryNames.map((name, index) => [name, index] as const))(
  "the seed %s has symbols, types, lines and variables that are read",
  (name, index) => {
    const shown = readSeed("binaries", index);
    expect(shown).toContain('"_ZN4shop5totalERNS_6BasketEl"');
    // The split part of the first unit only.
    expect(shown.includes('[19,"shop::Till"]')).toBe(!["split", "skeleton"].includes(name));
    expect(shown).toContain('["_start",20,["r <optimized out>"]]');
  },
);

it("the seed of computed frames computes a frame's place and registers", () => {
  const rules = ["0", { kind: "offset", offset: -8 }, "1d", "fffffffffffffff4", null];
  expect(JSON.parse(readSeed("computedFrames", 0))).toEqual(rules);
});

it("the seed of 32-bit Arm's exception index says where registers are saved, or that nothing is known", () => {
  const saved = (...registers: readonly [number, number][]) => registers;
  expect(JSON.parse(readSeed("exceptionIndex", 0))).toEqual([
    { base: 11, size: 8, saved: saved([11, 0], [14, 4]) },
    { base: 13, size: 536, saved: saved([0, 520], [1, 524], [2, 528], [3, 532]) },
    { base: 13, size: 72, saved: saved([4, 0], [5, 4], [14, 8]) },
    null,
  ]);
});
