import { expect, it } from "vitest";
import { collectionSizeOf } from "../../../../analyzer/heap/java/collections/collection";
import { entriesOf } from "../../../../analyzer/heap/java/collections/entries";
import { HprofBuilder } from "../../../build/hprofBuilder";
import { openBytes } from "../../../build/openBytes";

it("reads the ConcurrentHashMap of JDK 5 to 7, segment by segment, chains too", async () => {
  const map = "java/util/concurrent/ConcurrentHashMap";
  const builder = new HprofBuilder()
    .class(0x1000n, "java/lang/Object")
    .class(0x1100n, map, { super: 0x1000n, fields: [["segments", "object"]] })
    .class(0x1200n, `[L${map}$Segment;`, { super: 0x1000n })
    .class(0x1300n, `${map}$Segment`, {
      super: 0x1000n,
      fields: [
        ["count", "int"],
        ["table", "object"],
      ],
    })
    .class(0x1400n, `[L${map}$HashEntry;`, { super: 0x1000n })
    .class(0x1500n, `${map}$HashEntry`, {
      super: 0x1000n,
      fields: [
        ["key", "object"],
        ["value", "object"],
        ["next", "object"],
      ],
    })
    .instance(0x2000n, 0x1100n, { segments: 0x2100n })
    .objectArray(0x2100n, 0x1200n, [0x2200n, 0n, 0x2300n])
    .instance(0x2200n, 0x1300n, { count: 2, table: 0x2400n })
    .instance(0x2300n, 0x1300n, { count: 1, table: 0x2500n })
    .objectArray(0x2400n, 0x1400n, [0n, 0x3000n])
    .objectArray(0x2500n, 0x1400n, [0x3200n, 0n])
    .instance(0x3000n, 0x1500n, { key: 0x4000n, value: 0x4040n, next: 0x3100n })
    .instance(0x3100n, 0x1500n, { key: 0x4080n, value: 0x40c0n })
    .instance(0x3200n, 0x1500n, { key: 0x4100n, value: 0x4140n });
  for (let id = 0x4000n; id <= 0x4140n; id += 0x40n) builder.instance(id, 0x1000n);
  const { heap } = await openBytes(builder.root("unknown", 0x2000n).build());
  const object = heap.indexOf(0x2000n)!;
  expect(collectionSizeOf(heap, object)).toEqual({ size: 3, capacity: 4 });
  expect([...entriesOf(heap, object)].map(({ key, value }) => [key, value])).toEqual([
    [0x4000n, 0x4040n],
    [0x4080n, 0x40c0n],
    [0x4100n, 0x4140n],
  ]);
});
