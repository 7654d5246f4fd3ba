import { expect, it } from "vitest";
import type { BuilderOptions } from "../build/hprofBuilder";
import { seededRandom } from "../build/seededRandom";
import { smallDump } from "../build/smallDump";
import { parsers } from "./parsers";

/** What the fuzzed parser says of a dump: undefined when there is a problem. */
const read = async (bytes: Uint8Array) => parsers["hprof"]!.read(bytes);
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
      const found = await Promise.resolve(read(bytes)).catch(() => undefined);
      if (found === undefined) said++;
      else expect(found, `seed ${seed}, byte ${at}`).toEqual(wanted);
    }
    expect(said).toBeGreaterThan(whole.length / 10);
  },
);

it("a heap dump that ends at any record or sub-record says so, except at its end", async () => {
  const builder = smallDump();
  const whole = builder.build();
  const cuts = builder.boundaries.filter((boundary) => boundary < whole.length);
  expect(cuts.length).toBeGreaterThan(30);
  for (const cut of cuts) {
    const found = await Promise.resolve(read(whole.slice(0, cut))).catch(() => undefined);
    expect(found, `cut at ${cut}`).toBeUndefined();
  }
});
