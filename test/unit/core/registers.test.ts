import { describe, expect, it } from "vitest";
import type { RegisterBlock, ThreadSnapshot } from "../../../analyzer/core/processSnapshot";
import { arm64Groups } from "../../../analyzer/core/values/registers/arm64Registers";
import { X86State } from "../../../analyzer/core/values/registers/x86State";

function threadWith(blocks: Partial<Record<RegisterBlock, Uint8Array>>): ThreadSnapshot {
  const registerBlock = (kind: RegisterBlock) => blocks[kind];
  return { index: 0, lwp: 1, crashed: true, signal: 11, registers: [], registerWords: [], registerBlock };
}

/** XSAVE's area whose bytes say where they are; `present` says which parts count. */
function area(bytes: number, present: bigint): Uint8Array {
  const whole = Uint8Array.from({ length: bytes }, (_, at) => (at >> 4) & 0xff);
  new DataView(whole.buffer).setBigUint64(512, present, true);
  return whole;
}

const first = (bytes: Uint8Array | undefined) => bytes && [bytes.length, bytes[0], bytes[16], bytes[32]];

describe("vector registers of XSAVE", () => {
  const all = 0xe7n;

  it("are where a processor of AMD, or of Intel, has them", () => {
    const amd = X86State.of(threadWith({ xsave: area(2440, all) }), true)!;
    const intel = X86State.of(threadWith({ xsave: area(2696, all) }), true)!;
    // xmm3 at 160 + 48, its upper half at 576 + 48, the upper half of all at 896 (1152) + 96.
    expect(first(amd.vector(3, 64))).toEqual([64, 208 >> 4, 624 >> 4, 992 >> 4]);
    expect(first(intel.vector(3, 64))).toEqual([64, 208 >> 4, 624 >> 4, 1248 >> 4]);
    expect(amd.vector(17, 16)?.[0]).toBe((1408 + 64) >> 4);
    expect(intel.vector(17, 16)?.[0]).toBe((1664 + 64) >> 4);
    expect(amd.mask(2)?.[0]).toBe((832 + 16) >> 4);
  });

  it("are where the kernel's own note says", () => {
    const layout = new Uint8Array(16);
    new DataView(layout.buffer).setUint32(0, 2, true);
    new DataView(layout.buffer).setUint32(4, 256, true);
    new DataView(layout.buffer).setUint32(8, 1024, true);
    const state = X86State.of(threadWith({ xsave: area(2440, all), xsaveLayout: layout }), true)!;
    expect(first(state.vector(1, 32))?.slice(0, 3)).toEqual([32, 176 >> 4, 1040 >> 4]);
    expect(state.vector(1, 64)).toBeUndefined();
  });

  it("that were never used are zeros, and those the dump lacks are not there", () => {
    const unused = X86State.of(threadWith({ xsave: area(832, 3n) }), true)!;
    expect(first(unused.vector(2, 32))).toEqual([32, 192 >> 4, 0, undefined]);
    expect(unused.vector(2, 64)).toBeUndefined();
    expect(unused.vector(16, 16)).toBeUndefined();
    expect(X86State.of(threadWith({ xsave: area(832, 3n).subarray(0, 500) }), true)).toBeUndefined();
  });
});

describe("scalable vectors of aarch64", () => {
  const sve = (length: number, flags: number, bytes: number) => {
    const block = Uint8Array.from({ length: bytes }, (_, at) => at & 0xff);
    new DataView(block.buffer).setUint16(8, length, true);
    new DataView(block.buffer).setUint16(12, flags, true);
    return arm64Groups(threadWith({ sve: block })).find(({ name }) => name === "SVE");
  };

  it("are as long as the kernel's header says", () => {
    const group = sve(32, 1, 16 + 32 * 32 + 17 * 4)!;
    const read = (name: string, length: number) =>
      group.registers.find((each) => each.name === name)!.value.storage.read(0, length);
    expect(read("z1", 2)).toEqual(Uint8Array.of(16 + 32, 17 + 32));
    expect(read("p1", 1)).toEqual(Uint8Array.of((16 + 1024 + 4) & 0xff));
    expect(read("vg", 1)).toEqual(Uint8Array.of(4));
  });

  it.each([
    ["not in use", 32, 0, 4000],
    ["cut", 32, 1, 1000],
    ["of a length no machine has", 24, 1, 4000],
  ])("that are %s are left out", (_, length, flags, bytes) => {
    expect(sve(length, flags, bytes)).toBeUndefined();
  });
});
