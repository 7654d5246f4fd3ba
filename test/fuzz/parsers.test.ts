import { expect, it } from "vitest";
import { fuzz } from "./fuzz";
import { parsers } from "./parsers";

/** A new one for each run; `npm run fuzz PARSER -- --seed N` does it again. */
const seed = (Date.now() % 1e9) | 0;

const all = Object.entries(parsers);
/** About a minute for all of them. */
const seconds = 60 / all.length;

it.each(all)("%s: no damage crashes it, stops it or goes unnoticed", async (name, parser) => {
  // Cuts of its seeds, other ones in each run; `npm run fuzz` makes all of them.
  const limits = { seconds, inputs: 5000, cuts: 150, seed };
  const { inputs, findings } = await fuzz(name, parser, limits);
  expect(findings, `seed ${seed}`).toEqual([]);
  expect(inputs).toBeGreaterThan(0);
});
