import { describe, expect, it } from "vitest";
import {
  confidenceOf,
  elementsPart,
  rootPart,
  shapePart,
  sharePart,
} from "../../../../analyzer/heap/graph/suspects/scoring";
import { keyPatternOf } from "../../../../analyzer/heap/java/leaks/keyPatterns";

describe("key patterns", () => {
  it.each([
    [["3f2504e0-4f89-11d3-9a0c-0305e82c3301", "6ba7b810-9dad-11d1-80b4-00c04fd430c8"], "<uuid>", true, false],
    [["req-1", "req-22", "req-333"], "req-#", false, true],
    [["9f86d081884c7d65", "60303ae22b998861"], "<hex>", true, false],
    [["article 12", "article 7"], "article #", false, false],
  ] as const)("%j", (keys, pattern, isUniqueId, namesRequests) => {
    expect(keyPatternOf(keys)).toMatchObject({ pattern, isUniqueId, namesRequests });
  });

  it("finds none in words", () => {
    expect(keyPatternOf(["apple", "pear", "plum"])).toBeUndefined();
    expect(keyPatternOf([])).toBeUndefined();
  });
});

describe("confidence", () => {
  it("is never more than possible by size alone", () => {
    expect(confidenceOf([sharePart(0.9), elementsPart(1_000_000), rootPart(true, "")])).toBe("possible");
    expect(
      confidenceOf([sharePart(0.9), elementsPart(1_000_000), rootPart(true, ""), shapePart(30, "")]),
    ).toBe("likely");
    expect(confidenceOf([sharePart(0.01), shapePart(30, "")])).toBe("possible");
  });
});
