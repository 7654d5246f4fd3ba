import { join } from "node:path";
import { afterAll, expect, it } from "vitest";
import { ExhumeError } from "../../analyzer/base/errors";
import type { BuilderOptions } from "../build/hprofBuilder";
import { openBytes } from "../build/openBytes";
import { seededRandom } from "../build/seededRandom";
import { smallDump } from "../build/smallDump";
import { parsers } from "./parsers";
import { Watchdog } from "./watchdog";

const watchdog = new Watchdog(join(__dirname, "corpus/hprof"));
afterAll(() => watchdog.stop());

/** What the fuzzed parser says of a dump: undefined when there is a problem. */
async function read(bytes: Uint8Array): Promise<unknown> {
  watchdog.begin(bytes);
  try {
    return await parsers["hprof"]!.read(bytes);
  } finally {
    watchdog.end();
  }
}

async function codesOf(bytes: Uint8Array): Promise<readonly string[]> {
  try {
    const { columns } = await openBytes(bytes);
    return columns.problems.map(({ code }) => code);
  } catch (error) {
    if (error instanceof ExhumeError) return [error.fault.code];
    throw error;
  }
}
const seed = (Date.now() % 1e9) | 0;

it.each<BuilderOptions>([{}, { idSize: 4 }])(
  "a flipped bit in any byte of a heap dump %j is a problem or leaves what stands where",
  async (options) => {
    const random = seededRandom(seed);
    const whole = smallDump(options).build();
    const wanted = await read(whole);
    expect(wanted).toBeDefined();
    let said = 0;
    for (let at = 0; at < whole.length; at++) {
      const bytes = whole.slice();
      bytes[at]! ^= 1 << Math.floor(random() * 8);
      const found = await read(bytes).catch((error: unknown) => {
        if (error instanceof ExhumeError) return undefined;
        throw error;
      });
      if (found === undefined) said++;
      else expect(found, `seed ${seed}, byte ${at}`).toEqual(wanted);
    }
    expect(said).toBeGreaterThan(whole.length / 10);
  },
);

it.each<BuilderOptions>([{}, { idSize: 4 }])(
  "a flipped bit in the length of any record of a heap dump %j is a problem or changes nothing",
  async (options) => {
    const builder = smallDump(options);
    const whole = builder.build();
    const wanted = await read(whole);
    for (const record of builder.boundaries) {
      // Of a sub-record these are other bytes, which may as well be flipped.
      for (let bit = 0; bit < 32 && record + 9 <= whole.length; bit++) {
        const bytes = whole.slice();
        bytes[record + 5 + (bit >> 3)]! ^= 1 << (bit & 7);
        const found = await read(bytes).catch((error: unknown) => {
          if (error instanceof ExhumeError) return undefined;
          throw error;
        });
        if (found !== undefined) expect(found, `bit ${bit} of the length at ${record}`).toEqual(wanted);
      }
    }
  },
);

it("a heap dump that ends at any record or sub-record says so, except at its end", async () => {
  const builder = smallDump();
  const whole = builder.build();
  const cuts = builder.boundaries.filter((boundary) => boundary < whole.length);
  expect(cuts.length).toBeGreaterThan(30);
  const usual = await codesOf(whole);
  for (const cut of cuts) {
    const said = (await codesOf(whole.slice(0, cut))).filter((code) => !usual.includes(code));
    expect(said, `cut at ${cut}`).not.toEqual([]);
  }
});
