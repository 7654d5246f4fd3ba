import { describe, expect, it } from "vitest";
import type { ScorePart } from "../../../../analyzer/heap/graph/suspects/scoring";
import {
  collectionSharePart,
  confidenceOf,
  elementsPart,
  rootPart,
  scoreOf,
  shapePart,
  sharePart,
} from "../../../../analyzer/heap/graph/suspects/scoring";

const part = (name: ScorePart["name"], points: number): ScorePart => ({ name, points, why: "" });

describe("points of a suspect", () => {
  it.each([
    [0, 0],
    [0.05, 4],
    [0.25, 20],
    [0.5, 40],
    [1, 40],
  ])("share %f gives %i", (share, points) => {
    expect(sharePart(share)).toMatchObject({ name: "share", points });
  });

  it.each([
    [0, -15],
    [0.0999, -15],
    [0.1, 8],
    [0.5, 40],
  ])("share %f of a collection gives %i", (share, points) => {
    expect(collectionSharePart(share)).toMatchObject({ name: "share", points });
  });

  it.each([
    [0, 0],
    [1, 0],
    [100, 0],
    [1_000, 7],
    [10_000, 13],
    [100_000, 20],
    [10_000_000, 20],
  ])("%i elements give %i", (elements, points) => {
    expect(elementsPart(elements)).toMatchObject({ name: "elements", points });
  });

  it("a root that stays gives 15, one that goes none", () => {
    expect(rootPart(true, "a static field")).toEqual({ name: "root", points: 15, why: "a static field" });
    expect(rootPart(false, "")).toMatchObject({ points: 0 });
  });

  it("the score is their sum, from 0 to 100", () => {
    expect(scoreOf([part("share", 40), shapePart(25, "grows"), part("root", 15)])).toBe(80);
    expect(scoreOf([part("share", -15)])).toBe(0);
    expect(scoreOf([part("share", 40), part("shape", 61)])).toBe(100);
    expect(scoreOf([])).toBe(0);
  });
});

describe("confidence", () => {
  it.each([
    ["certain", 25, 0, 55],
    ["certain", 0, 25, 55],
    // Shape and growth count together.
    ["certain", 13, 12, 55],
    ["likely", 24, 0, 76],
    ["likely", 15, 0, 85],
    ["likely", 25, 0, 54],
    ["likely", 15, 0, 35],
    ["possible", 15, 0, 34],
    ["possible", 14, 0, 86],
    ["possible", 0, 0, 100],
  ] as const)("is %s with shape %i, growth %i and %i other points", (expected, shape, growth, others) => {
    const parts = [part("shape", shape), part("growth", growth), part("share", others)];
    expect(confidenceOf(parts)).toBe(expected);
  });
});
