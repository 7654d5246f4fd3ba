import { expect, it } from "vitest";
import { unwatched } from "../../../../analyzer/base/work";
import { reachableBytesOf } from "../../../../analyzer/heap/graph/growth/profile";
import type { ClassIndex, Heap } from "../../../../analyzer/heap/heap";
import { leakSuspects } from "../../../../analyzer/heap/java/leaks/suspects";
import { wasteOf } from "../../../../analyzer/heap/java/waste/waste";
import { HprofBuilder } from "../../../build/hprofBuilder";
import { openBytes } from "../../../build/openBytes";
import { seededRandom } from "../../../build/seededRandom";

const classes = {
  object: 0x1000n,
  string: 0x1100n,
  objects: 0x1200n,
  list: 0x1300n,
  node: 0x1400n,
  soft: 0x1500n,
};
/** Strings, and nodes of a chain, each. */
const many = 1_500;
const textBytes = 1_200;

/** Strings that share texts or have equal ones, in lists that share their arrays, and chains, held here and there. */
async function randomHeap(seed: number): Promise<Heap> {
  const random = seededRandom(seed);
  const below = (limit: number) => Math.floor(random() * limit);
  const super_ = { super: classes.object };
  const texts = 1 + below(random() < 0.5 ? 20 : many);
  const idsFrom = (start: bigint, count: number) =>
    Array.from({ length: count }, (_, at) => start + 0x1000n * BigInt(at));
  const ids = {
    text: idsFrom(0x1000000n, texts),
    string: idsFrom(0x3000000n, many),
    node: idsFrom(0x5000000n, many),
  };
  const [array, other, list, otherList, soft] = idsFrom(0x7000000n, 5) as [
    bigint,
    bigint,
    bigint,
    bigint,
    bigint,
  ];
  const anyOf = (some: readonly bigint[]) => some[below(some.length)]!;
  const held = [array, other, list, otherList, soft, ids.node[0]!];
  const builder = new HprofBuilder()
    .class(classes.object, "java/lang/Object")
    .class(classes.string, "java/lang/String", {
      ...super_,
      fields: [
        ["value", "object"],
        ["coder", "byte"],
      ],
    })
    .class(classes.objects, "[Ljava/lang/Object;", super_)
    .class(classes.list, "java/util/ArrayList", {
      ...super_,
      fields: [
        ["elementData", "object"],
        ["size", "int"],
        ["modCount", "int"],
      ],
    })
    .class(classes.node, "app/Node", {
      ...super_,
      fields: [
        ["next", "object"],
        ["held", "object"],
      ],
    })
    .class(classes.soft, "java/lang/ref/SoftReference", { ...super_, fields: [["referent", "object"]] })
    .class(0x1600n, "app/Holder", {
      ...super_,
      statics: [
        ["KEPT", "object", anyOf(held)],
        ["MORE", "object", anyOf(held)],
      ],
    })
    .root("sticky-class", 0x1600n);
  const kinds = 1 + below(4);
  for (const id of ids.text)
    builder.primitiveArray(id, "byte", new Array<number>(textBytes).fill(65 + below(kinds)));
  for (const id of ids.string) builder.instance(id, classes.string, { value: anyOf(ids.text), coder: 0 });
  ids.node.forEach((id, at) => {
    builder.instance(id, classes.node, { next: ids.node[at + 1] ?? 0n, held: anyOf(ids.string) });
  });
  for (const id of [array, other])
    builder.objectArray(id, classes.objects, [...ids.string.map(() => anyOf(ids.string)), 0n]);
  for (const id of [list, otherList])
    builder.instance(id, classes.list, {
      elementData: anyOf([array, other]),
      size: many,
      modCount: below(2 * many),
    });
  builder.instance(soft, classes.soft, { referent: anyOf(held) });
  return (await openBytes(builder.build())).heap;
}

function bytesOf(heap: Heap): number {
  let bytes = 0;
  for (let type = 0; type < heap.types.count; type++) bytes += heap.types.shallowBytesOf(type as ClassIndex);
  return bytes;
}

/** Percentages that a sentence says. */
const sharesIn = (text: string): number[] =>
  [...text.matchAll(/([\d.,]+) %/g)].map(([, figure]) => Number(figure));

it("says no share above 100 % and no bytes that are not there, of heaps made at random", async () => {
  let told = 0;
  for (let seed = 1; seed <= 10; seed++) {
    const heap = await randomHeap(seed);
    const { suspects, holders, remarks, totalBytes } = leakSuspects(heap, unwatched);
    expect(totalBytes, `seed ${seed}`).toBe(reachableBytesOf(heap));
    const sentences = [
      ...remarks,
      ...suspects.flatMap(({ evidence, parts }) => [...evidence, ...parts.map(({ why }) => why)]),
    ];
    for (const share of [
      ...sentences.flatMap(sharesIn).map((figure) => figure / 100),
      ...[...suspects, ...holders].map(({ share }) => share),
    ]) {
      expect(share, `seed ${seed}`).toBeGreaterThanOrEqual(0);
      expect(share, `seed ${seed}`).toBeLessThanOrEqual(1);
    }
    for (const { retainedBytes = 0 } of [...suspects, ...holders])
      expect(retainedBytes).toBeLessThanOrEqual(totalBytes);
    const { strings, arrays } = wasteOf(heap, unwatched);
    expect(strings.wastedBytes, `seed ${seed}`).toBeLessThanOrEqual(bytesOf(heap));
    expect(arrays.wastedBytes, `seed ${seed}`).toBeLessThanOrEqual(bytesOf(heap));
    told += suspects.length + holders.length + strings.groups.length;
  }
  expect(told).toBeGreaterThan(3);
});
