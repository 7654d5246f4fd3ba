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
    ["likely", 20, 0, 30],
    ["likely", 0, 20, 80],
    // Shape and growth count together.
    ["likely", 13, 7, 40],
    ["likely", 60, 40, 0],
    ["possible", 20, 0, 29],
    ["possible", 19, 0, 81],
    ["possible", 10, 9, 81],
    ["possible", 0, 0, 100],
  ] as const)("is %s with shape %i, growth %i and %i other points", (expected, shape, growth, others) => {
    const parts = [part("shape", shape), part("growth", growth), part("share", others)];
    expect(confidenceOf(parts)).toBe(expected);
  });

  it.each([
    ["certain", 20, 40],
    ["likely", 20, 39],
    // Proof of what is small, or that other evidence speaks against, makes nothing certain.
    ["possible", 19, 81],
  ] as const)("is %s with a proof of %i points and %i other points", (expected, points, others) => {
    const proof: ScorePart = { ...part("shape", points), proves: true };
    expect(confidenceOf([proof, part("share", others)])).toBe(expected);
  });
});
