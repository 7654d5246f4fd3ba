import { describe, expect, it } from "vitest";
import { type ByteSource, BytesSource } from "../../../analyzer/base/byteSource";
import { unwatched } from "../../../analyzer/base/work";
import { inProcess } from "../../../analyzer/heap/graph/parallel";
import { type ObjectIndex, virtualRoot } from "../../../analyzer/heap/heap";
import { openHeap } from "../../../analyzer/heap/hprof/contents/openHeap";
import { buildHeapIndex } from "../../../analyzer/heap/hprof/index/buildHeapIndex";
import { HprofBuilder } from "../../build/hprofBuilder";

/** Counts what is read through it. */
function counting(source: ByteSource) {
  let bytes = 0;
  return {
    name: source.name,
    byteLength: source.byteLength,
    read(position: number, into: Uint8Array): number {
      const got = source.read(position, into);
      bytes += got;
      return got;
    },
    take(): number {
      const taken = bytes;
      bytes = 0;
      return taken;
    },
  };
}

const count = 60_000;
const idOf = (k: number) => BigInt(0x100000 + k * 24);

/** One segment: a list whose nodes hold each a small array. */
function listDump(): Uint8Array {
  const builder = new HprofBuilder().class(0x200n, "Node", {
    fields: [
      ["next", "object"],
      ["value", "object"],
    ],
  });
  for (let k = 0; k < count; k += 2) {
    builder.instance(idOf(k), 0x200n, { next: k + 2 < count ? idOf(k + 2) : 0n, value: idOf(k + 1) });
    builder.primitiveArray(idOf(k + 1), "int", [k]);
  }
  return builder.root("unknown", idOf(0)).build();
}

describe("frozen costs", () => {
  it("reads a dump twice plus the probe, holds 14 bytes an object, and little for a question", async () => {
    const source = counting(new BytesSource("list", listDump()));
    const columns = await buildHeapIndex(source, {}, inProcess(source), unwatched);
    // Once for headers, once for references, once more for the probe as the file is smaller than that; and windows of
    // a megabyte over the records outside.
    expect(source.take()).toBeLessThan(3 * source.byteLength + 5 * 2 ** 20);
    const { classByObject, arrayUnits, offsetSamples } = columns.objects;
    const { immediateDominator, retainedUnits } = columns.dominators!;
    const held = [classByObject, arrayUnits, offsetSamples, immediateDominator, retainedUnits];
    const perObject = held.reduce((sum, column) => sum + column.byteLength, 0) / count;
    expect(perObject).toBeLessThan(11.5);
    // The bitmap costs by 2 MiB pages: [base, bits] per 256 bytes of heap.
    expect(columns.addresses.pages.words.byteLength).toBeLessThanOrEqual(2 * 65536);

    const heap = openHeap(columns, source);
    source.take();
    expect(heap.retainedSizeOf(0 as ObjectIndex)).toBeGreaterThan(count * 12);
    expect(heap.dominatedCountOf(virtualRoot)).toBeLessThan(30);
    expect(source.take()).toBe(0);
    heap.fieldsOf(30_000 as ObjectIndex);
    expect(source.take()).toBeLessThanOrEqual(2 * 16384);
    // Neighbours come from the same bytes.
    for (let k = 30_000; k < 30_064; k++) heap.idOf(k as ObjectIndex);
    expect(source.take()).toBeLessThanOrEqual(3 * 16384);
  });
});
