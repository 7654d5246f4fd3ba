import { describe, expect, it } from "vitest";
import { BytesSource } from "../../../analyzer/base/byteSource";
import { ExhumeError } from "../../../analyzer/base/errors";
import { CancelFlag } from "../../../analyzer/base/work";
import { inProcess } from "../../../analyzer/heap/graph/parallel";
import { type Heap, type ObjectIndex, virtualRoot } from "../../../analyzer/heap/heap";
import { buildHeapIndex } from "../../../analyzer/heap/hprof/index/buildHeapIndex";
import { stringOf } from "../../../analyzer/heap/java/objects/strings";
import { HprofBuilder } from "../../build/hprofBuilder";
import { openBytes } from "../../build/openBytes";
import { seededRandom } from "../../build/seededRandom";
import { smallDump } from "../../build/smallDump";

/** Asks everything of every object: nothing may hang or throw anything but a fault. */
function useEverything(heap: Heap): void {
  for (let k = 0; k < heap.nodeCount; k++) {
    const node = k as ObjectIndex;
    try {
      heap.idOf(node);
      heap.referencesOf(node);
      heap.fieldsOf(node);
      stringOf(heap, node, 100);
      heap.elementIdsOf(node, 0, 10);
      heap.primitiveBytesOf(node, 0, 10);
      heap.dominatedBy(node, 0, 10);
      heap.classNameOf(node);
    } catch (error) {
      if (!(error instanceof ExhumeError)) throw error;
    }
  }
}

async function openDamaged(bytes: Uint8Array): Promise<readonly string[]> {
  try {
    const { heap, columns } = await openBytes(bytes);
    useEverything(heap);
    const sum = heap
      .dominatedBy(virtualRoot, 0, heap.nodeCount)
      .reduce((total, child) => total + heap.retainedSizeOf(child), 0);
    expect(sum).toBe(columns.dominators!.reachableBytes);
    return columns.problems.map((problem) => problem.code);
  } catch (error) {
    if (error instanceof ExhumeError) return [error.fault.code];
    throw error;
  }
}

describe("damaged dumps", () => {
  it.each(["1.0.1", "1.0.2"] as const)("cut at every byte, version %s", async (version) => {
    const builder = smallDump({ version });
    const whole = builder.build();
    // Both versions differ in the record around the sub-records only.
    const step = version === "1.0.2" ? 1 : 7;
    for (let length = 0; length < whole.length; length += step) {
      const problems = await openDamaged(whole.slice(0, length));
      // Between two records of version 1.0.1 nothing tells that more should come.
      if (version === "1.0.1" && builder.boundaries.includes(length)) continue;
      expect(problems, `cut at ${length}`).not.toEqual([]);
    }
  });

  it("cut at a boundary of sub-records: keeps all objects before it and says where the file ends", async () => {
    const builder = smallDump();
    const whole = builder.build();
    for (const boundary of builder.boundaries.slice(-6)) {
      const { heap, columns } = await openBytes(whole.slice(0, boundary));
      if (boundary === builder.boundaries.at(-1)) continue;
      expect(columns.problems.some((p) => p.code === "truncated" && p.losesData)).toBe(true);
      expect(heap.classes.findByName("com.example.Node")).toHaveLength(1);
    }
  });

  it("with any byte changed", async () => {
    const next = seededRandom(11);
    const whole = smallDump().build();
    for (let round = 0; round < 300; round++) {
      const bytes = whole.slice();
      for (let k = 0; k <= next() * 3; k++) {
        bytes[31 + Math.floor(next() * (bytes.length - 31))] = Math.floor(next() * 256);
      }
      await openDamaged(bytes);
    }
  });

  it("of nothing, of text, of another magic", async () => {
    expect(await openDamaged(new Uint8Array(0))).toEqual(["empty"]);
    expect(await openDamaged(new TextEncoder().encode("just some text, long enough to be a header"))).toEqual(
      ["notADump"],
    );
    expect(await openDamaged(new TextEncoder().encode("JAVA PROFILE 1.0.2"))).toEqual(["damaged"]);
  });

  it("with an unknown sub-record go on where the next ones follow each other", async () => {
    const bytes = smallDump()
      .sub(0x77, () => undefined)
      .instance(0x9000n, 0x1000n)
      .endSegment()
      .instance(0x9100n, 0x1000n)
      .build();
    const { heap, columns } = await openBytes(bytes);
    expect(heap.indexOf(0x9000n)).toBeDefined();
    expect(heap.indexOf(0x9100n)).toBeDefined();
    const problem = columns.problems.find(({ code }) => code === "unknown-subrecord");
    expect(problem?.message).toMatch(/^Unknown sub-record 0x77; 1 bytes were left out/);
    expect(problem?.losesData).toBe(true);
  });

  it("with an unknown record between segments go on behind it", async () => {
    const builder = smallDump();
    builder.record(0x66, () => builder.u4(1).u4(2));
    const { heap, columns } = await openBytes(builder.instance(0x9100n, 0x1000n).build());
    expect(heap.indexOf(0x9100n)).toBeDefined();
    expect(columns.problems.map((p) => p.code)).toContain("unknown-record");
  });

  it("with objects of a class the file does not describe count them apart", async () => {
    const { heap, columns } = await openBytes(smallDump().instance(0x9000n, 0x7777n).build());
    expect(heap.classNameOf(heap.indexOf(0x9000n)!)).toBe("(unknown class)");
    expect(columns.problems.map((p) => p.code)).toContain("missing-class");
  });

  it("with classes that are their own ancestors", async () => {
    const bytes = new HprofBuilder()
      .class(0x100n, "A", { super: 0x200n, fields: [["a", "int"]] })
      .class(0x200n, "B", { super: 0x100n, fields: [["b", "int"]] })
      .instance(0x1000n, 0x100n)
      .build();
    const { heap, columns } = await openBytes(bytes);
    expect(columns.problems.map((p) => p.code)).toContain("cyclic-superclasses");
    expect(heap.fieldsOf(heap.indexOf(0x1000n)!).length).toBeLessThanOrEqual(2);
  });

  it("with two objects of one id", async () => {
    const { columns } = await openBytes(smallDump().instance(0x2000n, 0x1300n).build());
    expect(columns.problems.map((p) => p.code)).toContain("duplicate-id");
  });

  it("with a heap dump record of length 0 read to the end of the file", async () => {
    const builder = new HprofBuilder({ version: "1.0.1" });
    for (const text of ["A"]) builder.text(text);
    builder.loadClass(0x100n, "A");
    builder.classDump(0x100n).instance(0x1000n, 0x100n).instance(0x1008n, 0x100n).endSegment(0);
    const { heap } = await openBytes(builder.build());
    expect(heap.instanceCount).toBe(2);
  });

  it("whose ids are not aligned", async () => {
    const bytes = new HprofBuilder()
      .class(0x101n, "[Ljava/lang/Object;")
      .objectArray(0x1001n, 0x101n, [0x1002n, 0x1003n])
      .primitiveArray(0x1002n, "int", [1])
      .primitiveArray(0x1003n, "int", [2])
      .root("unknown", 0x1001n)
      .build();
    const { heap } = await openBytes(bytes);
    expect(heap.immediateDominatorOf(heap.indexOf(0x1003n)!)).toBe(heap.indexOf(0x1001n));
    expect(heap.indexOf(0x1004n)).toBeUndefined();
  });

  it("whose classes come after their objects, as Android's do", async () => {
    const bytes = new HprofBuilder({ idSize: 4, version: "1.0.1" })
      .instance(0x1000n, 0x100n)
      .class(0x100n, "com/example/Late", { fields: [["x", "object"]] })
      .instance(0x1008n, 0x100n, { x: 0x1000n })
      .root("vm-internal", 0x1008n)
      .build();
    const { heap } = await openBytes(bytes);
    expect(heap.classNameOf(heap.indexOf(0x1000n)!)).toBe("com.example.Late");
    expect(heap.immediateDominatorOf(heap.indexOf(0x1000n)!)).toBe(heap.indexOf(0x1008n));
  });

  it("whose objects lie in no order of addresses", async () => {
    const next = seededRandom(3);
    const ids = Array.from({ length: 60_000 }, (_, k) => BigInt(0x10000 + k * 16));
    const shuffled = ids.map((id) => ({ id, key: next() })).sort((a, b) => a.key - b.key);
    const builder = new HprofBuilder().class(0x100n, "Node", { fields: [["next", "object"]] });
    shuffled.forEach(({ id }, k) => {
      builder.instance(id, 0x100n, { next: shuffled[k + 1]?.id ?? 0n });
    });
    const { heap, columns } = await openBytes(builder.root("unknown", shuffled[0]!.id).build());
    expect(columns.addresses.permutation).toBeDefined();
    for (const k of [0, 1, 30_000, 59_999]) expect(heap.indexOf(shuffled[k]!.id)).toBe(k);
    expect(heap.retainedSizeOf(0 as ObjectIndex)).toBe(
      columns.dominators!.reachableBytes -
        heap.shallowSizeOf(heap.classObjectOf(heap.classes.findByName("Node")[0]!)),
    );
  });

  it("stop within the step when cancelled", async () => {
    const flag = new CancelFlag();
    const source = new BytesSource("x", smallDump().build());
    for (const stopAt of ["Reading records", "Reading objects", "Reading references", "Finding dominators"]) {
      const work = {
        throwIfCancelled: () => flag.throwIfCancelled(),
        report: (step: string) => {
          if (step.startsWith(stopAt)) flag.cancel();
        },
      };
      Atomics.store(new Int32Array(flag.shared), 0, 0);
      const build = buildHeapIndex(source, {}, inProcess(source, work), work);
      if (stopAt === "Finding dominators") await build.catch(() => undefined);
      else await expect(build).rejects.toMatchObject({ fault: { code: "cancelled" } });
    }
  });
});
