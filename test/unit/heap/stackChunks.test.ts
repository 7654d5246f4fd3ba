import { expect, it } from "vitest";
import type { ObjectIndex } from "../../../analyzer/heap/heap";
import { HprofBuilder } from "../../build/hprofBuilder";
import { openBytes } from "../../build/openBytes";

const [object, chunk, holder] = [0x10n, 0x20n, 0x30n];
const chunkFields = [
  ["parent", "object"],
  ["size", "int"],
  ["sp", "int"],
  ["bottom", "int"],
] as const;

/** Chunks of so many words, a big array between them, and an array whose elements hold them all. */
function chunksOf(words: readonly number[], options = {}) {
  const builder = new HprofBuilder()
    .class(object, "java/lang/Object")
    .class(chunk, "jdk/internal/vm/StackChunk", { super: object, fields: chunkFields })
    .class(holder, "[Ljava/lang/Object;", { super: object })
    .class(0x40n, "[J", { super: object });
  const ids = words.map((_, index) => 0x10_0000n * BigInt(index + 1));
  words.forEach((size, index) => {
    builder.instance(ids[index]!, chunk, { size });
    builder.primitiveArray(ids[index]! + 0x8_0000n, "long", new Array(300).fill(0n));
  });
  builder.objectArray(0xf000_0000n, holder, ids).root("jni-global", 0xf000_0000n);
  return openBytes(builder.build(), { sizeModel: { name: "compressed-oops" }, ...options });
}

// 48 bytes of fields, the frames, and a bit for each half of a word.
const lengths = [
  [0, 48],
  [3, 48 + 24 + 8],
  [33, 48 + 264 + 16],
  [4000, 48 + 32_000 + 1000],
  [-1, 48],
] as const;

it("are as long as the frames in them", async () => {
  const { heap } = await chunksOf(lengths.map(([words]) => words));
  const [type] = heap.classes.findByName("jdk.internal.vm.StackChunk");
  const chunks = lengths.map((_, index) => heap.indexOf(0x10_0000n * BigInt(index + 1))!);
  const bytes = lengths.map(([, expected]) => expected);
  expect(chunks.map((each) => heap.shallowSizeOf(each))).toEqual(bytes);
  expect(chunks.map((each) => heap.retainedSizeOf(each))).toEqual(bytes);
  const many = new Float64Array(chunks.length);
  heap.shallowSizesOf(Uint32Array.from(chunks), many);
  expect([...many]).toEqual(bytes);
  const sum = bytes.reduce((total, each) => total + each, 0);
  expect(heap.classes.shallowBytesOf(type!)).toBe(sum);
  const [holders] = heap.classes.findByName("java.lang.Object[]");
  let first: ObjectIndex | undefined;
  heap.forEachInstance(holders!, (each) => {
    first = each;
    return false;
  });
  expect(heap.retainedSizeOf(first!)).toBe(sum + heap.shallowSizeOf(first!));
});

it("are instances all the same: their fields are read", async () => {
  const { heap } = await chunksOf([4000]);
  const fields = heap.fieldsOf(heap.indexOf(0x10_0000n)!);
  expect(fields.find(({ name }) => name === "size")?.value).toEqual({ type: "int", value: 4000 });
});

it("are as long as the JVM says where it was asked", async () => {
  const { heap } = await chunksOf([0, 3], { instanceBytes: new Map([[chunk, 56]]) });
  expect(heap.shallowSizeOf(heap.indexOf(0x10_0000n)!)).toBe(56);
  expect(heap.shallowSizeOf(heap.indexOf(0x20_0000n)!)).toBe(56 + 32);
});
