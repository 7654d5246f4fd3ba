import { describe, expect, it } from "vitest";
import { arrayType, integerType, pointerType, recordType } from "../../../analyzer/core/values/madeTypes";
import { bucketMap, swissMap } from "../../../analyzer/core/values/printers/goMaps";
import type { Printed, ProcessView } from "../../../analyzer/core/values/processView";
import type { DebugType } from "../../../analyzer/formats/dwarf/types";

const word = integerType("uint64", 8, false);
const byte = integerType("uint8", 1, false);
const record = (name: string, fields: Readonly<Record<string, readonly [number, DebugType]>>, bytes = 64) =>
  recordType(
    "struct",
    name,
    bytes,
    Object.entries(fields).map(([field, [offset, type]]) => ({ name: field, type, offset })),
  );

const slot = record("slot", { key: [0, word], elem: [8, word] }, 16);
const group = record("group", { ctrl: [0, word], slots: [8, arrayType(slot, 8)] }, 136);
const groups = record("groups", { data: [0, pointerType(8, group)], lengthMask: [8, word] }, 16);
const table = record("table", { groups: [16, groups] });
const swiss = record("Map", {
  used: [0, word],
  dirPtr: [16, pointerType(8, pointerType(8, table))],
  dirLen: [24, word],
});
const bucket = record(
  "bucket",
  {
    tophash: [0, arrayType(byte, 8)],
    keys: [8, arrayType(word, 8)],
    values: [72, arrayType(word, 8)],
    overflow: [136, word],
  },
  144,
);
const hashed = record("hmap", {
  count: [0, word],
  flags: [8, byte],
  B: [9, byte],
  buckets: [16, pointerType(8, bucket)],
  oldbuckets: [24, word],
});

const lowest = 0x100_0000n;
const highest = 0x4000_0000n;
const emptyGroup = 0x8080_8080_8080_8080n;

/** A process whose memory from {@link lowest} on is what somebody made of it. */
function hostile(words: ReadonlyMap<bigint, bigint>, other: (address: bigint) => bigint) {
  let reads = 0;
  const bytes = new Uint8Array(8);
  const view = new DataView(bytes.buffer);
  const process = {
    pointerBytes: 8,
    littleEndian: true,
    readMemory: (address: bigint, length: number) => {
      reads++;
      const own = words.get(address);
      if (own === undefined && (address < lowest || address >= highest)) return undefined;
      view.setBigUint64(0, own ?? other(address), true);
      return bytes.subarray(0, length);
    },
    completeType: (type: DebugType) => type,
  } as unknown as ProcessView;
  return { process, reads: () => reads };
}

/** What a page of the map has, and how often memory was asked for. */
function pageOf(printed: Printed | undefined, reads: () => number) {
  const parts = printed!.children!.page(0, 10);
  return { parts: parts.length, reads: reads() };
}

describe("a map of Go that says it is endless", () => {
  it("ends, in tables of empty groups each longer than memory", () => {
    const words = new Map([
      [0n, 5n],
      [16n, lowest],
      [24n, 1n << 40n],
    ]);
    // The directory leads to tables one byte on, those to groups two bytes on, all of whose slots are empty.
    const next = (address: bigint) => [address + 1n, address + 2n][Number(address % 8n)] ?? emptyGroup;
    const { process, reads } = hostile(words, next);
    const found = pageOf(swissMap(0n, swiss, process), reads);
    expect(found.parts).toBe(0);
    expect(found.reads).toBeGreaterThan(1e5);
    expect(found.reads).toBeLessThan(3e6);
  });

  it("ends, where buckets follow each other in a circle", () => {
    const words = new Map([
      [0n, 5n],
      [8n, 30n << 8n],
      [9n, 30n],
      [16n, lowest],
      [24n, 0n],
    ]);
    // The pointer's own bytes say that a slot is empty.
    const { process, reads } = hostile(words, () => lowest);
    const found = pageOf(bucketMap(0n, hashed, process), reads);
    expect(found.parts).toBe(0);
    expect(found.reads).toBeGreaterThan(1e5);
    expect(found.reads).toBeLessThan(3e6);
  });
});
