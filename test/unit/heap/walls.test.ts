import { describe, expect, it } from "vitest";
import { type ByteSource, BytesSource } from "../../../analyzer/base/byteSource";
import { ProblemList } from "../../../analyzer/base/problems";
import { unwatched } from "../../../analyzer/base/work";
import { readHprofHeader } from "../../../analyzer/formats/hprof/header";
import { readOutline } from "../../../analyzer/formats/hprof/outline";
import { Window } from "../../../analyzer/formats/hprof/window";
import { listChildren } from "../../../analyzer/heap/graph/dominators/childLists";
import { heldByRoots } from "../../../analyzer/heap/graph/dominators/dominatorColumns";
import { sumRetained } from "../../../analyzer/heap/graph/dominators/retainedSizes";
import { inProcess } from "../../../analyzer/heap/graph/parallel";
import { type ObjectIndex, virtualRoot } from "../../../analyzer/heap/heap";
import { openHeap } from "../../../analyzer/heap/hprof/contents/openHeap";
import { buildHeapIndex } from "../../../analyzer/heap/hprof/index/buildHeapIndex";
import { hashClasses } from "../../../analyzer/heap/hprof/index/kernelClasses";
import { irregularBase, newAddressPages, wordsPerPage } from "../../../analyzer/heap/hprof/scan/addressPages";
import { newNodeFinder, noNode } from "../../../analyzer/heap/hprof/scan/nodeFinder";
import { HprofBuilder } from "../../build/hprofBuilder";

/** A file of any length whose only bytes are at the given places; the rest is zeros. */
function sparse(
  byteLength: number,
  pieces: readonly (readonly [at: number, bytes: Uint8Array])[],
): ByteSource {
  return {
    name: "sparse",
    byteLength,
    read(position, into) {
      const length = Math.max(0, Math.min(into.length, byteLength - position));
      into.fill(0, 0, length);
      for (const [at, bytes] of pieces) {
        const from = Math.max(at, position);
        const upto = Math.min(at + bytes.length, position + length);
        if (from < upto) into.set(bytes.subarray(from - at, upto - at), from - position);
      }
      return length;
    },
  };
}

const gibibyte = 2 ** 30;

describe("walls of 32 bits", () => {
  it("a heap dump record of 9 GiB states its length modulo 2^32", () => {
    const head = new HprofBuilder({ version: "1.0.1" }).build();
    const end = head.length + 9 + 9 * gibibyte;
    const record = Uint8Array.of(0x0c, 0, 0, 0, 0, ...bigEndian((9 * gibibyte) % 2 ** 32));
    // Behind it a plain record, so that the true end is recognised.
    const after = Uint8Array.of(0x0e, 0, 0, 0, 0, ...bigEndian(6), 0, 0, 0, 0, 0, 0);
    const source = sparse(end + after.length, [
      [0, head],
      [head.length, record],
      [end, after],
    ]);
    const problems = new ProblemList();
    const outline = readOutline(new Window(source), readHprofHeader(source), problems, unwatched);
    expect(outline.segments).toEqual([{ start: head.length + 9, end }]);
    expect(problems.toArray()).toEqual([]);
  });

  it("objects behind a primitive array of 6 GiB are found and read", async () => {
    const builder = new HprofBuilder().class(0x200n, "Node", { fields: [["next", "object"]] });
    const head = builder.build();
    const start = head.length - 9; // over the end record
    const elements = 3 * 2 ** 28;
    const array = Uint8Array.of(0x23, ...id(0x10000n), 0, 0, 0, 0, ...bigEndian(elements), 11);
    const node = (own: bigint, next: bigint) =>
      Uint8Array.of(0x21, ...id(own), 0, 0, 0, 0, ...id(0x200n), ...bigEndian(8), ...id(next));
    const behind = start + 9 + array.length + elements * 8;
    const last = Uint8Array.of(
      ...node(0x9_0000_0000n, 0x9_0000_0020n),
      ...node(0x9_0000_0020n, 0n),
      0xff,
      ...id(0x9_0000_0000n),
    );
    const body = behind + last.length - start - 9;
    const source = sparse(behind + last.length, [
      [0, head],
      [start, Uint8Array.of(0x0c, 0, 0, 0, 0, ...bigEndian(body % 2 ** 32))],
      [start + 9, array],
      [behind, last],
    ]);
    const columns = await buildHeapIndex(source, {}, inProcess(source), unwatched);
    const heap = openHeap(columns, source);
    const tail = heap.indexOf(0x9_0000_0020n)!;
    expect(heap.instanceCount).toBe(3);
    expect(heap.idOf(tail)).toBe(0x9_0000_0020n);
    expect(heap.immediateDominatorOf(tail)).toBe(heap.indexOf(0x9_0000_0000n));
    expect(heap.shallowSizeOf(heap.indexOf(0x10000n)!)).toBe(elements * 8 + 16);
  });

  it("retained sizes add up beyond 2^32 units of 8 bytes", () => {
    const count = 5;
    // 0 holds 1, 1 holds 2 …; each is 30 GiB.
    const immediateDominator = Uint32Array.of(heldByRoots, 1, 2, 3, 4);
    const units = new Uint32Array(count).fill((30 * gibibyte) / 8);
    const types = {
      instanceCount: count,
      typeByObject: new Uint16Array(count),
      typeOfTypes: 0,
      typeCount: 1,
    };
    const children = listChildren(immediateDominator, unwatched);
    const retained = sumRetained(children, immediateDominator, types, units, unwatched);
    expect(retained.reachableUnits * 8).toBe(150 * gibibyte);
    expect(retained.bigUnits.get(0)! * 8).toBe(150 * gibibyte);
    expect(retained.unitsByType[0]! * 8).toBe(150 * gibibyte);
  });

  it("indices near 2^32 come out of the address index unsigned", () => {
    const pages = newAddressPages(3, 1, 1);
    pages.blocks[0] = 1;
    pages.slots[0] = 1;
    pages.words[2 * (wordsPerPage - 1)] = 0xfffffff0;
    pages.words[2 * (wordsPerPage - 1) + 1] = 0x80000001;
    const index = {
      pages,
      irregularGranules: new Float64Array(0),
      irregularIndices: new Uint32Array(0),
      permutation: undefined,
    };
    const { objectAt } = newNodeFinder(index, hashClasses([]), 0);
    expect(objectAt(0, 0x1fff00)).toBe(0xfffffff0);
    expect(objectAt(0, 0x1ffff8)).toBe(0xfffffff1);
    expect(objectAt(0, 0x1ffff0)).toBe(noNode);
    expect(irregularBase).toBeGreaterThan(0xfffffff1);
  });

  it("more than 65,536 classes", async () => {
    const builder = new HprofBuilder();
    const classes = 66_000;
    for (let k = 0; k < classes; k++) builder.loadClass(BigInt(0x1000 + k * 16), "x/C");
    for (let k = 0; k < classes; k++) builder.classDump(BigInt(0x1000 + k * 16));
    builder.instance(0x9000000n, BigInt(0x1000 + 65_990 * 16)).root("unknown", 0x9000000n);
    const source = new BytesSource("classes", builder.build());
    const columns = await buildHeapIndex(source, {}, inProcess(source), unwatched);
    const heap = openHeap(columns, source);
    expect(heap.classes.idOf(heap.classOf(0 as ObjectIndex))).toBe(BigInt(0x1000 + 65_990 * 16));
    expect(heap.dominatedBy(virtualRoot, 0, 1)).toHaveLength(1);
  });
});

function bigEndian(value: number): number[] {
  return [(value >>> 24) & 255, (value >>> 16) & 255, (value >>> 8) & 255, value & 255];
}

function id(value: bigint): number[] {
  return [...bigEndian(Number(value >> 32n)), ...bigEndian(Number(value & 0xffffffffn))];
}
