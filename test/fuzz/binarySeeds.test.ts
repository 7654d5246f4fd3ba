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
    expect(shown.includes('[19,"shop::Till"]')).toBe(!["split", "skeleton", "version4"].includes(name));
    expect(shown).toContain('["_start",20,["r <optimized out>"]]');
  },
);

it("the seed of computed frames computes a frame's place and registers", () => {
  const rules = ["0", { kind: "offset", offset: -8 }, "1d", "fffffffffffffff4", null];
  expect(JSON.parse(readSeed("computedFrames", 0))).toEqual(rules);
});
