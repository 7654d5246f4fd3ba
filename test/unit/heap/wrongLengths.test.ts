import { expect, it } from "vitest";
import { HprofBuilder } from "../../build/hprofBuilder";
import { openBytes } from "../../build/openBytes";

const perSegment = 300;
const headerBytes = 9;
/** Tag, id, stack trace, class, length, and two ints. */
const orderBytes = 1 + 8 + 4 + 8 + 4 + 8;

/** Four segments of orders, the last with two GC roots; the second says it has another length than it has. */
function dumpWith(
  statedLength: (length: number) => number,
  damage?: (bytes: Uint8Array, segmentAt: number) => void,
) {
  const builder = new HprofBuilder();
  builder.class(0x1000n, "java/lang/Object");
  builder.class(0x1100n, "java/lang/Class", { super: 0x1000n });
  builder.class(0x1200n, "demo/Order", {
    super: 0x1000n,
    fields: [
      ["a", "int"],
      ["b", "int"],
    ],
  });
  builder.endSegment();
  let segmentAt = 0;
  for (let segment = 0; segment < 4; segment++) {
    for (let k = 0; k < perSegment; k++)
      builder.instance(BigInt(0x10000 + segment * 0x10000 + k * 16), 0x1200n, { a: segment, b: k });
    if (segment === 3) builder.root("jni-global", 0x10000n).root("sticky-class", 0x40000n);
    if (segment === 1) segmentAt = builder.boundaries.at(-perSegment)! - headerBytes;
    builder.endSegment(segment === 1 ? statedLength(perSegment * orderBytes) : undefined);
  }
  const bytes = builder.build();
  damage?.(bytes, segmentAt);
  return bytes;
}

async function countsOf(bytes: Uint8Array) {
  const { heap, columns } = await openBytes(bytes);
  const orders = heap.classes.findByName("demo.Order")[0]!;
  return {
    orders: heap.classes.instanceCountOf(orders),
    roots: heap.roots.length,
    problems: columns.problems.map(({ code }) => code),
  };
}

it("finds nothing wrong with right lengths", async () => {
  const { orders, problems } = await countsOf(dumpWith((length) => length));
  expect(orders).toBe(4 * perSegment);
  expect(problems).toEqual([]);
});

it.each<readonly [string, (length: number) => number]>([
  ["0", () => 0],
  ["one too long", (length) => length + 1],
  ["one too short", (length) => length - 1],
  ["half", (length) => length >> 1],
  ["twice", (length) => 2 * length],
  ["longer than the file", () => 0x7fffffff],
])("goes on behind a segment whose length is %s", async (_, statedLength) => {
  const { orders, roots, problems } = await countsOf(dumpWith(statedLength));
  expect(orders).toBe(4 * perSegment);
  expect(roots).toBeGreaterThanOrEqual(2);
  expect(problems).toContain("wrong-length");
});

it("says what it skipped when the segment is damaged too", async () => {
  const bytes = dumpWith(
    () => 0,
    (all, segmentAt) =>
      all.fill(0x77, segmentAt + headerBytes + orderBytes * 100, segmentAt + headerBytes + orderBytes * 110),
  );
  const { columns, heap } = await openBytes(bytes);
  const orders = heap.classes.instanceCountOf(heap.classes.findByName("demo.Order")[0]!);
  expect(orders).toBeGreaterThanOrEqual(3 * perSegment + 100);
  const problem = columns.problems.find(({ code }) => code === "wrong-length");
  expect(problem?.message).toMatch(
    /\d+ bytes before \d+ were left out, and what is counted is a lower bound/,
  );
  expect(problem?.losesData).toBe(true);
});

it.each([
  ["longer, with two others in it", orderBytes * 3 - (orderBytes - 8)],
  ["a byte longer", 9],
  ["shorter", 4],
])("says that an object is damaged whose record is %s", async (_, statedBytes) => {
  let recordAt = 0;
  const bytes = dumpWith(
    (length) => length,
    (all, segmentAt) => {
      recordAt = segmentAt + headerBytes + orderBytes * 100;
      new DataView(all.buffer, all.byteOffset).setUint32(recordAt + orderBytes - 12, statedBytes);
    },
  );
  const { columns } = await openBytes(bytes);
  const problem = columns.problems.find(({ code }) => code === "instance-length");
  expect(problem).toMatchObject({ offset: recordAt, losesData: true });
  expect(problem?.message).toContain(`as the class declares, the first at ${recordAt}`);
});
