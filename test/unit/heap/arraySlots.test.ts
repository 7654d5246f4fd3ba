import { expect, it } from "vitest";
import { openHeap } from "../../../analyzer/heap/hprof/contents/openHeap";
import { HprofBuilder } from "../../build/hprofBuilder";
import { openBytes } from "../../build/openBytes";

/** More than are read at once, twice. */
const length = 40_000;

it.each([
  ["kept", 4, length],
  ["kept", 8, length],
  ["looked through each time", 4, length - 1],
  ["looked through each time", 8, length - 1],
] as const)(
  "an object is found in an array whose slots are %s, with ids of %i bytes",
  async (_, idSize, mostSlotsKept) => {
    const slots = Array<bigint>(length).fill(0n);
    const wanted: readonly (readonly [slot: number, id: bigint])[] = [
      [0, 0x2000n],
      [16_383, 0x2040n],
      [16_384, 0x2080n],
      [39_999, 0x20c0n],
    ];
    for (const [slot, id] of wanted) slots[slot] = id;
    // The first one counts, and where ids have a high half it counts too.
    slots[20_000] = 0x2040n;
    if (idSize === 8) slots[5] = 0x1_0000_2080n;
    const bytes = new HprofBuilder({ idSize })
      .class(0x1000n, "java/lang/Object")
      .class(0x1400n, "[Ljava/lang/Object;", { super: 0x1000n })
      .instance(0x2000n, 0x1000n)
      .objectArray(0x3000n, 0x1400n, slots)
      .root("jni-global", 0x3000n)
      .build();
    const { columns, source } = await openBytes(bytes);
    const heap = openHeap(columns, source, undefined, { mostSlotsKept });
    const array = heap.indexOf(0x3000n)!;
    for (const [slot, id] of wanted) expect([id, heap.slotOf(array, id)]).toEqual([id, slot]);
    expect(heap.slotOf(array, 0x2100n)).toBeUndefined();
    expect(heap.slotOf(heap.indexOf(0x2000n)!, 0x2000n)).toBeUndefined();
  },
);
