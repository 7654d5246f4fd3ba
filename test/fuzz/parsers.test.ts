import { expect, it } from "vitest";
import { fuzz } from "./fuzz";
import { parsers } from "./parsers";

/** A new one for each run; `npm run fuzz PARSER -- --seed N` does it again. */
const seed = (Date.now() % 1e9) | 0;

it.each(Object.entries(parsers))(
  "%s: no damage crashes it, stops it or goes unnoticed",
  async (name, parser) => {
    const { inputs, findings } = await fuzz(name, parser, { seconds: 2, inputs: 5000, seed });
    expect(findings, `seed ${seed}`).toEqual([]);
    expect(inputs).toBeGreaterThan(0);
  },
);
