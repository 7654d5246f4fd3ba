import { describe, expect, it } from "vitest";
import { elideMiddle } from "../../../../analyzer/base/elideMiddle";
import { unwatched } from "../../../../analyzer/base/work";
import { compareProfiles } from "../../../../analyzer/heap/graph/growth/compareProfiles";
import type { GraphProfile } from "../../../../analyzer/heap/graph/growth/profile";
import { heapProfile } from "../../../../analyzer/heap/java/growth/heapProfile";
import { chainDump } from "../../../build/chainDump";
import { HprofBuilder } from "../../../build/hprofBuilder";
import { openBytes } from "../../../build/openBytes";

async function profileOf(bytes: Uint8Array): Promise<GraphProfile> {
  return heapProfile((await openBytes(bytes)).heap, unwatched);
}

/** A class whose static fields each hold boxes in an array of objects. */
function twoFields(first: number, second: number): Uint8Array {
  const builder = new HprofBuilder()
    .class(0x1000n, "java/lang/Object")
    .class(0x1100n, "java/lang/Class", { super: 0x1000n })
    .class(0x1200n, "[J", { super: 0x1000n })
    .class(0x1300n, "[Ljava/lang/Object;", { super: 0x1000n })
    .class(0x1400n, "shop/Registry", {
      super: 0x1000n,
      statics: [
        ["names", "object", 0x2000n],
        ["prices", "object", 0x3000n],
      ],
    })
    .root("sticky-class", 0x1400n);
  for (const [array, count] of [
    [0x2000n, first],
    [0x3000n, second],
  ] as const) {
    const ids = Array.from({ length: count }, (_, at) => array * 0x1000n + BigInt(at) * 0x1000n);
    builder.objectArray(array, 0x1300n, ids);
    for (const id of ids) builder.primitiveArray(id, "long", new Array<number>(100).fill(1));
  }
  return builder.build();
}

describe("a path that grew", () => {
  it("counts all of a chain whose bytes it tells", async () => {
    const profiles = [await profileOf(chainDump(1_000)), await profileOf(chainDump(21_000))];
    const { growing, classes } = compareProfiles(profiles, []);
    const inTable = classes.find(({ className }) => className === "com.example.Link")!;
    expect(inTable.grownObjects).toBe(20_000);
    expect(growing).toMatchObject([
      {
        field: { className: "com.example.Link", name: "first" },
        grownObjects: inTable.grownObjects,
        grownBytes: inTable.grownBytes,
      },
    ]);
  });

  it("is that of the static field under which it grew", async () => {
    const profiles = [await profileOf(twoFields(100, 100)), await profileOf(twoFields(100, 1_100))];
    expect(compareProfiles(profiles, []).growing).toMatchObject([
      { field: { className: "shop.Registry", name: "prices" }, grownObjects: 1_000, status: "grown" },
    ]);
  });

  it("is shown with its ends when it is long", () => {
    const steps = Array.from({ length: 60 }, (_, at) => `step ${at}`);
    const shown = elideMiddle(steps, (leftOut) => `… ${leftOut} more …`);
    expect(shown.slice(3, 6)).toEqual(["step 3", "… 52 more …", "step 56"]);
    expect(shown).toHaveLength(9);
    expect(elideMiddle(steps.slice(0, 9), String)).toEqual(steps.slice(0, 9));
  });
});
