import { expect, it } from "vitest";
import { OpeningProgress } from "../../../analyzer/session/openingProgress";

/** Steps as the engine reports them for a heap dump, each at its start and its end. */
const steps = [
  "Reading records",
  "Reading references (in all 1.2 GB of memory, 20 s)",
  "Folding",
  "Compacting the graph",
  "Walking the graph",
  "Listing referrers",
  "Finding dominators",
  "Listing children",
  "Adding up retained sizes",
  "Saving the index",
];

function openingOf(from: number, millisecondsAStep: number) {
  let clock = 0;
  const progress = new OpeningProgress(() => clock);
  return steps.slice(from).flatMap((step) =>
    [0, 0.5, 1].map((fraction) => {
      clock += millisecondsAStep / 3;
      return progress.take(step, fraction);
    }),
  );
}

it("goes from nothing to all in one bar, whatever the steps", () => {
  for (const from of [0, 1, 4]) {
    const fractions = openingOf(from, 100).map(({ fraction }) => fraction);
    expect(fractions[0]).toBe(0);
    expect(fractions.at(-1)).toBe(1);
    expect(fractions.every((fraction, at) => at === 0 || fraction >= fractions[at - 1]!)).toBe(true);
  }
});

it("says what it does in words of the user's, with what the engine adds in brackets", () => {
  const words = openingOf(0, 100).map(({ step }) => step);
  expect([...new Set(words)]).toEqual([
    "Reading objects",
    "Reading references (in all 1.2 GB of memory, 20 s)",
    "Working out what keeps what alive",
    "Adding up what each object keeps alive",
    "Saving the index",
  ]);
});

it("tells the time left once there is something to tell it by", () => {
  const quick = openingOf(0, 100);
  expect(quick.every(({ secondsLeft }) => secondsLeft === undefined)).toBe(true);
  const slow = openingOf(0, 30_000);
  expect(slow[0]!.secondsLeft).toBeUndefined();
  expect(slow.at(-1)!.secondsLeft).toBe(0);
  const halfway = slow.find(({ fraction }) => fraction >= 0.5)!;
  const at = slow.indexOf(halfway);
  // As long as it took, by the share that is done.
  expect(halfway.secondsLeft).toBeCloseTo((10 * at * (1 - halfway.fraction)) / halfway.fraction, 6);
});

it("does not go back when a step is begun anew", () => {
  const progress = new OpeningProgress(() => 0);
  const far = progress.take("Finding dominators", 0.9).fraction;
  expect(progress.take("Reading records", 0).fraction).toBe(far);
});

it("takes steps of other formats as they are", () => {
  const progress = new OpeningProgress(() => 0);
  expect(progress.take("Reading the core", 0.25)).toEqual({ step: "Reading the core", fraction: 0.25 });
});
