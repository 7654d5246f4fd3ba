import { describe, expect, it } from "vitest";
import { HprofBuilder } from "../../build/hprofBuilder";
import { openBytes } from "../../build/openBytes";

interface Numbering {
  readonly idSize: 4 | 8;
  /** From one id to the next; objects take 24 bytes at least. */
  readonly step: bigint;
  /** Static ints of sun.misc.Unsafe. */
  readonly unsafe?: Readonly<Record<string, number>>;
}

/** 500 orders of two ints and a reference, numbered as `-agentlib:hprof` does, and a small array each. */
async function sizesOf({ idSize, step, unsafe }: Numbering) {
  const builder = new HprofBuilder({ idSize, version: "1.0.1" });
  builder.class(0x10n, "java/lang/Object").class(0x20n, "[B", { super: 0x10n });
  builder.class(0x30n, "demo/Order", {
    super: 0x10n,
    fields: [
      ["a", "int"],
      ["b", "int"],
      ["lines", "object"],
    ],
  });
  if (unsafe !== undefined) {
    const statics = Object.entries(unsafe).map(([name, value]) => [name, "int", value] as const);
    builder.class(0x40n, "sun/misc/Unsafe", { super: 0x10n, statics });
  }
  for (let k = 0n; k < 500n; k++) {
    const id = 0x50000001n + 2n * k * step;
    builder.instance(id, 0x30n, { a: 1, b: 2, lines: id + step });
    builder.primitiveArray(id + step, "byte", [1, 2, 3]);
  }
  builder.root("unknown", 0x50000001n);
  const { heap, columns } = await openBytes(builder.build());
  const order = heap.indexOf(0x50000001n)!;
  const array = heap.indexOf(0x50000001n + step)!;
  const { name, confidence, evidence } = columns.sizeModel;
  return {
    order: heap.shallowSizeOf(order),
    array: heap.shallowSizeOf(array),
    retained: heap.retainedSizeOf(order),
    model: `${name} (${confidence})`,
    evidence,
  };
}

describe("dumps whose ids are numbers", () => {
  it("takes the sizes of the usual JVM, not the distances between ids", async () => {
    expect(await sizesOf({ idSize: 4, step: 1n })).toMatchObject({
      order: 24,
      array: 24,
      retained: 48,
      model: "compressed-oops (assumed)",
    });
  });

  it("knows numbers by any step that is less than objects take", async () => {
    for (const step of [1n, 4n, 8n]) {
      const { order, evidence } = await sizesOf({ idSize: 8, step });
      expect([order, evidence[0]]).toEqual([
        24,
        "Ids lie nearer to each other than objects can: they are numbers, not addresses.",
      ]);
    }
  });

  it("takes the sizes that the JVM told its library", async () => {
    const wide = { ADDRESS_SIZE: 8, ARRAY_OBJECT_INDEX_SCALE: 8, ARRAY_BYTE_BASE_OFFSET: 24 };
    expect(await sizesOf({ idSize: 4, step: 1n, unsafe: wide })).toMatchObject({
      order: 32,
      array: 32,
      model: "uncompressed-oops-and-classes (certain)",
    });
    const small = { ADDRESS_SIZE: 4, ARRAY_OBJECT_INDEX_SCALE: 4, ARRAY_BYTE_BASE_OFFSET: 12 };
    expect(await sizesOf({ idSize: 4, step: 1n, unsafe: small })).toMatchObject({
      order: 24,
      array: 16,
      model: "32-bit (certain)",
    });
  });

  it("takes ids at which objects of that size can lie for addresses", async () => {
    const { order, evidence } = await sizesOf({ idSize: 8, step: 24n });
    expect(order).toBe(24);
    expect(evidence.join(" ")).not.toContain("numbers");
  });
});

describe("fields that a JVM has and its agent does not write", () => {
  /** java.lang.Throwable and java.lang.ClassLoader of JDK 6, sizes as `jmap -histo` printed them of that JVM. */
  async function sizeOf(className: string, fields: string, classFields: string): Promise<number> {
    const objects = (names: string) =>
      names.split(" ").map((name) => [name, name === "status" ? "boolean" : "object"] as const);
    const builder = new HprofBuilder({ idSize: 4, version: "1.0.1" })
      .class(0x10n, "java/lang/Object")
      .class(0x20n, "java/lang/Class", { super: 0x10n, fields: objects(classFields) })
      .class(0x30n, className, { super: 0x10n, fields: objects(fields) });
    for (let k = 0n; k < 100n; k++) builder.instance(0x50000001n + k, 0x30n, {});
    const { heap } = await openBytes(builder.root("unknown", 0x50000001n).build());
    return heap.shallowSizeOf(heap.indexOf(0x50000001n)!);
  }

  it("adds the backtrace of a throwable", async () => {
    expect(await sizeOf("java/lang/Throwable", "detailMessage cause stackTrace", "name")).toBe(32);
    expect(await sizeOf("java/lang/Throwable", "backtrace detailMessage cause stackTrace", "name")).toBe(32);
  });

  it("adds a loader's data where classes lie in metaspace", async () => {
    const fields =
      "parent certs nocerts classes domains packages domain libraries status packageStatus classStatus";
    expect(await sizeOf("java/lang/ClassLoader", fields, "name")).toBe(56);
    expect(await sizeOf("java/lang/ClassLoader", fields, "name classLoader")).toBe(64);
  });
});
