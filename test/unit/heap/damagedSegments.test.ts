import { expect, it } from "vitest";
import { heapTag } from "../../../analyzer/formats/hprof/tags";
import { HprofBuilder } from "../../build/hprofBuilder";
import { openBytes } from "../../build/openBytes";

const orders = 500;
const orderId = (k: number) => BigInt(0x10000 + k * 16);

/** One segment of orders, every fifth with a line of bytes behind it, and the roots in the next one. */
function orderDump(idSize: 4 | 8) {
  const builder = new HprofBuilder({ idSize })
    .class(0x1000n, "java/lang/Object")
    .class(0x1200n, "demo/Order", {
      super: 0x1000n,
      fields: [
        ["next", "object"],
        ["count", "int"],
        ["mark", "byte"],
      ],
    });
  builder.endSegment();
  const places: number[] = [];
  for (let k = 0; k < orders; k++) {
    builder.instance(orderId(k), 0x1200n, { next: orderId((k + 1) % orders), count: 0x01050521, mark: 0x21 });
    places.push(builder.boundaries.at(-1)!);
    if (k % 5 === 0)
      builder.primitiveArray(
        BigInt(0x90000 + k * 16),
        "byte",
        Array.from({ length: 40 }, (_, at) => (at * k) & 0xff),
      );
  }
  builder.endSegment().root("jni-global", orderId(0));
  return { whole: builder.build(), places };
}

async function readDamaged(bytes: Uint8Array) {
  const { heap, columns } = await openBytes(bytes);
  const known = Array.from({ length: orders }, (_, k) => heap.indexOf(orderId(k)) !== undefined);
  return {
    lost: known.filter((isThere) => !isThere).length,
    roots: heap.roots.length,
    problems: columns.problems,
    objects: heap.instanceCount,
  };
}

it.each([4, 8] as const)("reads all of an undamaged dump with ids of %i bytes", async (idSize) => {
  const { lost, problems, objects } = await readDamaged(orderDump(idSize).whole);
  expect({ lost, problems, objects }).toEqual({ lost: 0, problems: [], objects: orders + orders / 5 });
});

it.each<readonly [string, 4 | 8, (bytes: Uint8Array, at: number, lengthAt: number) => void]>([
  ["an unknown tag", 8, (bytes, at) => bytes.fill(0x77, at, at + 1)],
  ["an unknown tag, ids of 4 bytes", 4, (bytes, at) => bytes.fill(0x77, at, at + 1)],
  ["a length past its segment", 8, (bytes, _, lengthAt) => bytes.fill(0x7f, lengthAt, lengthAt + 4)],
  ["a length one too long", 8, (bytes, _, lengthAt) => bytes.fill(14, lengthAt + 3, lengthAt + 4)],
  ["300 bytes of zeros", 8, (bytes, at) => bytes.fill(0, at, at + 300)],
  ["300 bytes of tags of roots", 8, (bytes, at) => bytes.fill(0x05, at, at + 300)],
])("loses a few objects around %s, and says so", async (_, idSize, damage) => {
  const { whole, places } = orderDump(idSize);
  const bytes = whole.slice();
  damage(bytes, places[200]!, places[200]! + 1 + idSize + 4 + idSize);
  const { lost, roots, problems, objects } = await readDamaged(bytes);
  expect(lost).toBeLessThan(16);
  expect(roots).toBeGreaterThanOrEqual(1);
  expect(objects).toBeLessThan(orders + orders / 5);
  expect(objects).toBeGreaterThan(orders + orders / 5 - 20);
  const said = problems.filter(({ losesData }) => losesData);
  expect(said.length).toBeGreaterThan(0);
  expect(said.map(({ message }) => message).join("\n")).toMatch(/\d+ bytes were left out, up to \d+/);
});

it("reads the classes behind a damaged one", async () => {
  const builder = new HprofBuilder().class(0x1000n, "java/lang/Object").class(0x1100n, "demo/Broken");
  const at = builder.boundaries.findLast((boundary) => builder.build()[boundary] === heapTag.classDump)!;
  for (let k = 0; k < 10; k++)
    builder.class(BigInt(0x2000 + k * 256), `demo/C${k}`, { super: 0x1000n, fields: [["x", "int"]] });
  const bytes = builder.instance(0x9000n, 0x2000n).build();
  bytes[at] = 0x77;
  const { heap, columns } = await openBytes(bytes);
  expect(heap.classNameOf(heap.indexOf(0x9000n)!)).toBe("demo.C0");
  expect(columns.problems.map(({ code }) => code)).toContain("unknown-subrecord");
});

it("looks at each byte of a file of damaged records a few times only", async () => {
  // Every record says it is longer than the file: each is damage by itself, and nothing follows anywhere.
  const bytes = orderDump(8).whole.slice(0, 31 + 200);
  const records = new Uint8Array(64 << 10);
  for (let at = 0; at + 9 <= records.length; at += 9) records.set([1, 0, 0, 0, 0, 0x7f], at);
  const all = new Uint8Array(bytes.length + records.length);
  all.set(bytes);
  all.set(records, bytes.length);
  let read = 0;
  const { columns } = await openBytes(
    all,
    {},
    { throwIfCancelled: () => void read++, report: () => undefined },
  );
  expect(columns.problems.some(({ losesData }) => losesData)).toBe(true);
  expect(read).toBeLessThan(1000);
});

it("says when a root names an object the file does not have", async () => {
  const { columns } = await openBytes(
    new HprofBuilder().class(0x1000n, "A").root("unknown", 0x7777n).build(),
  );
  expect(columns.problems.map(({ code }) => code)).toContain("dangling-root");
});
