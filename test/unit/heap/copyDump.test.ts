import { describe, expect, it } from "vitest";
import { BytesSource } from "../../../analyzer/base/byteSource";
import { ExhumeError } from "../../../analyzer/base/errors";
import { unwatched } from "../../../analyzer/base/work";
import { unreachable } from "../../../analyzer/heap/heap";
import { copyOfKept, wholeCopy } from "../../../analyzer/heap/hprof/rewrite/copyDump";
import { HprofBuilder } from "../../build/hprofBuilder";
import { openBytes } from "../../build/openBytes";

const sizeModel = { name: "compressed-oops" } as const;
const createdMs = 1_700_000_000_000;

/** Two classes, three objects that a root reaches and two that none does, in two segments or one record. */
function dumpOf(version: "1.0.1" | "1.0.2"): Uint8Array {
  const fields = { fields: [["next", "object"]] } as const;
  const builder = new HprofBuilder({ version, createdMs: 0 })
    .class(0x100n, "java/lang/Object")
    .class(0x180n, "java/lang/Class", { super: 0x100n })
    .class(0x200n, "Node", { super: 0x100n, ...fields })
    .instance(0x1000n, 0x200n, { next: 0x1200n })
    .instance(0x1100n, 0x200n, { next: 0x1200n });
  if (version === "1.0.2") builder.endSegment();
  return builder
    .instance(0x1200n, 0x200n, { next: 0x1400n })
    .primitiveArray(0x1300n, "int", [1, 2, 3])
    .primitiveArray(0x1400n, "byte", [7])
    .root("jni-global", 0x1000n)
    .build();
}

async function joined(pieces: Iterable<Uint8Array>): Promise<Uint8Array> {
  return new Uint8Array(await new Blob([...pieces].map((piece) => piece.slice())).arrayBuffer());
}

describe.each(["1.0.1", "1.0.2"] as const)("a copy of a dump of version %s", (version) => {
  const source = new BytesSource("test.hprof", dumpOf(version));

  it("is the dump itself, dated when that says no time", async () => {
    const copy = await joined(wholeCopy(source, createdMs, unwatched));
    const { heap, columns } = await openBytes(copy);
    expect(columns.createdMs).toBe(createdMs);
    expect(heap.instanceCount).toBe(5);
    expect(copy.slice(40)).toEqual(dumpOf(version).slice(40));
  });

  it("has what is kept, with the same edges and roots", async () => {
    const { heap } = await openBytes(dumpOf(version), { sizeModel });
    const isKept = (object: number) => heap.immediateDominatorOf(object as never) !== unreachable;
    const kept = { dumpNumber: 1, objectCount: heap.instanceCount, isKept };
    const { heap: copy, columns } = await openBytes(
      await joined(copyOfKept(source, kept, createdMs, unwatched)),
      { sizeModel },
    );
    expect(columns.problems).toEqual([]);
    const ids = Array.from({ length: copy.instanceCount }, (_, object) => copy.idOf(object as never));
    expect(ids).toEqual([0x1000n, 0x1200n, 0x1400n]);
    expect(copy.roots.map(({ kind, object }) => [kind, copy.idOf(object)])).toEqual([
      ["jni-global", 0x1000n],
    ]);
    expect(copy.retainedSizeOf(0 as never)).toBe(heap.retainedSizeOf(0 as never));
    expect(copy.nodeCount - copy.instanceCount).toBe(heap.nodeCount - heap.instanceCount);
  });

  it("says when the file is not what was counted", async () => {
    const kept = { dumpNumber: 1, objectCount: 6, isKept: () => true };
    await expect(joined(copyOfKept(source, kept, createdMs, unwatched))).rejects.toThrow(ExhumeError);
  });
});
