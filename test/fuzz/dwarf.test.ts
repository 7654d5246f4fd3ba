import { expect, it } from "vitest";
import { seededRandom } from "../build/seededRandom";
import { readAll, wholeUnit } from "./dwarfUnit";

const rounds = 4000;

it("shows the undamaged unit", () => {
  expect(readAll(wholeUnit()).map((text) => text.split(" ")[0])).toEqual([
    "small",
    "inner",
    "lost",
    "work",
    "record",
    "pointer",
    "parts",
  ]);
});

it(`survives ${rounds} damaged units, each within bounds`, () => {
  const random = seededRandom(4711);
  const whole = wholeUnit();
  let differing = 0;
  const wanted = JSON.stringify(readAll(whole));
  for (let round = 0; round < rounds; round++) {
    const sections = Object.fromEntries(Object.entries(whole).map(([name, bytes]) => [name, bytes.slice()]));
    for (let changes = 1 + Math.floor(random() * 4); changes > 0; changes--) {
      const bytes = sections[random() < 0.7 ? ".debug_info" : ".debug_abbrev"]!;
      bytes[Math.floor(random() * bytes.length)] = Math.floor(random() * 256);
    }
    const shown = readAll(sections);
    expect(shown.join("").length).toBeLessThan(1 << 20);
    if (JSON.stringify(shown) !== wanted) differing++;
  }
  expect(differing).toBeGreaterThan(rounds / 2);
});
