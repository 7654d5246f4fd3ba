import { describe, expect, it } from "vitest";
import { BytesSource } from "../../../analyzer/base/byteSource";
import { ProblemList } from "../../../analyzer/base/problems";
import { architectures } from "../../../analyzer/core/architecture";
import { readProcessSnapshot } from "../../../analyzer/core/knownFormats";
import { LoadedProcess } from "../../../analyzer/core/loadedProcess";
import { callerByRules } from "../../../analyzer/core/unwind/cfiStep";
import { SectionStore } from "../../../analyzer/session/core/unpackSection";
import { aarch64ThreadNote, type BuiltNote, buildCore } from "../../build/elfBuilder";

const aarch64Machine = 183;
const stackStart = 0xffff_e000_0000n;
/** The highest user address of 48 bits, with nothing to spare: one bit less and it is another address. */
const highCode = 0xffff_a000_0000n;
const signature = 0x2bd5_0000_0000_0000n;

/** A core with code at the top of the address space and a stack that holds the given words. */
function coreOf(
  registers: Readonly<Record<number, bigint>>,
  words: Readonly<Record<number, bigint>>,
  codeAt = highCode,
  notes: readonly BuiltNote[] = [],
) {
  const stack = new Uint8Array(4096);
  const view = new DataView(stack.buffer);
  for (const [offset, value] of Object.entries(words)) view.setBigUint64(Number(offset), value, true);
  const file = buildCore({
    machine: aarch64Machine,
    notes: [aarch64ThreadNote(1, registers), ...notes],
    segments: [
      { address: codeAt, bytes: new Uint8Array(4096), flags: 5 },
      { address: stackStart, bytes: stack },
    ],
  });
  const image = readProcessSnapshot(new BytesSource("core", file), new ProblemList());
  return new LoadedProcess(image, [], () => ({}), new SectionStore());
}

describe("signed return addresses of aarch64", () => {
  it("are followed without their signature along frame pointers", () => {
    const core = coreOf(
      { 29: stackStart + 0x100n, 31: stackStart + 0x80n, 32: highCode + 0x50n },
      {
        256: stackStart + 0x200n,
        264: signature + highCode + 0x100n,
        512: 0n,
        520: signature + highCode + 0x200n,
      },
    );
    const frames = core.stackOf(core.image.threads[0]!).slice(0, 10);
    expect(frames.map(({ pc }) => pc)).toEqual([highCode + 0x50n, highCode + 0x100n, highCode + 0x200n]);
  });

  it("are followed without it from the link register after a jump to nowhere", () => {
    const core = coreOf({ 29: 0n, 30: signature + highCode + 0x300n, 31: stackStart + 0x80n, 32: 0x10n }, {});
    const frames = core.stackOf(core.image.threads[0]!).slice(0, 10);
    expect(frames.map(({ pc }) => pc).slice(0, 2)).toEqual([0x10n, highCode + 0x300n]);
  });

  it.each([
    ["the lowest bit of a signature is the kernel's", 39, 0x2bd5_1280_0000_0000n],
    ["a mask of no kernel is not believed", 8, 0x2bd5_0000_0000_0000n],
  ])("are cut where the core says: %s", (_, lowest, sign) => {
    // A kernel with addresses of 39 bits puts signatures into the nine bits above them, too.
    const code = 0x7f_a000_0000n;
    const mask = new Uint8Array(16);
    const view = new DataView(mask.buffer);
    for (const at of [0, 8]) view.setBigUint64(at, (1n << 55n) - (1n << BigInt(lowest)), true);
    const core = coreOf({ 29: 0n, 30: sign + code + 0x300n, 31: stackStart + 0x80n, 32: 0x10n }, {}, code, [
      { owner: "LINUX", type: 0x406, bytes: mask },
    ]);
    const frames = core.stackOf(core.image.threads[0]!).slice(0, 10);
    expect(frames.map(({ pc }) => pc).slice(0, 2)).toEqual([0x10n, code + 0x300n]);
  });

  it.each([
    ["aarch64" as const, highCode + 0x400n],
    ["x86_64" as const, signature + highCode + 0x400n],
  ])("lose 16 bits by the rules of unwind tables on machines that sign: %s", (machine, expected) => {
    const architecture = architectures[machine];
    const { memory } = coreOf({}, { 256: signature + highCode + 0x400n }).image;
    const row = {
      frameAddress: { kind: "register" as const, register: architecture.stackPointer, offset: 8 },
      registers: new Map([[architecture.programCounter, { kind: "offset" as const, offset: 0 }]]),
      returnAddressRegister: architecture.programCounter,
      isSignalFrame: false,
      isReturnAddressSigned: true,
    };
    const registers: bigint[] = [];
    registers[architecture.stackPointer] = stackStart + 0xf8n;
    const caller = callerByRules(architecture, memory, row, registers);
    expect("registers" in caller ? caller.registers[architecture.programCounter] : caller).toBe(expected);
  });
});
