import { describe, expect, it } from "vitest";
import { BytesSource } from "../../../analyzer/base/byteSource";
import { ProblemList } from "../../../analyzer/base/problems";
import { readProcessSnapshot } from "../../../analyzer/core/knownFormats";
import {
  auxiliaryNote,
  buildCore,
  type CoreDraft,
  fileNote,
  signalNote,
  x86ThreadNote,
} from "../../build/elfBuilder";

function imageOf(draft: CoreDraft, cutAt?: number) {
  const problems = new ProblemList();
  const bytes = buildCore(draft);
  const image = readProcessSnapshot(
    new BytesSource("core", cutAt === undefined ? bytes : bytes.subarray(0, cutAt)),
    problems,
  );
  return { image, problems };
}

const filled = (length: number, value: number) => new Uint8Array(length).fill(value);

const crash: CoreDraft = {
  notes: [
    x86ThreadNote({ lwp: 7, signal: 11, rip: 0x401000n, rsp: 0x7ffe0000n, fsBase: 0x1234n }),
    signalNote(11, 1, 0x10n),
    auxiliaryNote({ 9: 0x401000n }),
    fileNote([{ start: 0x400000n, end: 0x402000n, pages: 0, path: "/opt/shop" }]),
    x86ThreadNote({ lwp: 8, signal: 11, rip: 0x401100n }),
  ],
  segments: [
    { address: 0x400000n, bytes: filled(4096, 1), memoryBytes: 8192, flags: 5 },
    { address: 0x7ffe0000n, bytes: filled(8192, 2) },
    { address: 0x7ffe2000n, bytes: filled(4096, 3) },
    { address: 0xffffffffff600000n, bytes: filled(4096, 9), flags: 5 },
  ],
};

describe("reading a core", () => {
  it("tells threads, signal and mappings", () => {
    const { image, problems } = imageOf(crash);
    expect(problems.toArray()).toEqual([]);
    expect(image.threads.map(({ lwp, crashed }) => [lwp, crashed])).toEqual([
      [7, true],
      [8, false],
    ]);
    expect(image.threads[0]!.registers[image.architecture.programCounter]).toBe(0x401000n);
    expect(image.threads[0]!.threadPointer).toBe(0x1234n);
    expect(image.signal).toMatchObject({ name: "SIGSEGV", codeName: "SEGV_MAPERR", address: 0x10n });
    expect(image.executablePath).toBe("/opt/shop");
  });

  it("reads across touching segments and stops at what is absent", () => {
    const { memory } = imageOf(crash).image;
    const into = new Uint8Array(16384);
    expect(memory.read(0x7ffe0000n, into)).toBe(12288);
    expect([into[8191], into[8192]]).toEqual([2, 3]);
    expect(memory.readAt(0x400ff0, into.subarray(0, 64))).toBe(16);
    expect(memory.isPresent(0x7ffe0000n, 0x7ffe3000n)).toBe(true);
    expect(memory.isPresent(0x400000n, 0x401001n)).toBe(false);
    expect(memory.u64(0x401000n)).toBeUndefined();
    expect(memory.u32At(0x7ffe1ffe)).toBe(0x03030202);
    expect(memory.pieces(0x400000n, 0x403000n).map(({ residence, end }) => [residence, end])).toEqual([
      ["core", 0x401000n],
      ["absent", 0x403000n],
    ]);
  });

  it("keeps addresses beyond 2^53 exact", () => {
    const { memory } = imageOf(crash).image;
    expect(memory.u8(0xffffffffff600fffn)).toBe(9);
    expect(memory.u8(0xffffffffff601000n)).toBeUndefined();
    expect(memory.residenceOf(0xffffffffff600001n)).toBe("core");
  });

  it("takes left-out pages from a file, never the lost ones of a truncated core", () => {
    const file = new BytesSource("shop", filled(8192, 5));
    const whole = imageOf(crash).image.memory;
    whole.addBackings([{ start: 0x400000n, end: 0x402000n, source: file, fileOffset: 0 }]);
    expect([whole.u8(0x400fffn), whole.u8(0x401000n), whole.u8(0x401fffn), whole.u8(0x402000n)]).toEqual([
      1,
      5,
      5,
      undefined,
    ]);
    const bytes = buildCore(crash).length;
    const cut = imageOf(crash, bytes - 4096 - 4096 - 100).image.memory;
    cut.addBackings([{ start: 0x7ffe0000n, end: 0x7ffe2000n, source: file, fileOffset: 0 }]);
    expect([cut.u8(0x7ffe0000n), cut.u8(0x7ffe1fffn)]).toEqual([2, undefined]);
  });

  it("says what a truncated core has lost", () => {
    const { image, problems } = imageOf(crash, buildCore(crash).length - 4096 - 100);
    expect(image.truncation).toMatchObject({ missingBytes: 4196, segmentsLost: 1, segmentsCut: 1 });
    expect(problems.toArray()).toMatchObject([{ code: "truncated", losesData: true }]);
    expect(image.threads).toHaveLength(2);
  });

  it("follows the segment count kept in section 0", () => {
    const segments = Array.from({ length: 70_000 }, (_, i) => ({
      address: BigInt(0x10000000 + i * 8192),
      bytes: i % 10_000 === 0 ? filled(4, 7) : new Uint8Array(0),
      memoryBytes: 4096,
    }));
    const { image } = imageOf({ ...crash, segments, manyPrograms: true });
    expect(image.memory.segments).toHaveLength(70_000);
    expect(image.memory.u32(BigInt(0x10000000 + 60_000 * 8192))).toBe(0x07070707);
  });

  it("reads 32-bit containers", () => {
    for (const [machine, registers, pc] of [
      [3, 17, 12],
      [40, 18, 15],
    ] as const) {
      const bytes = new Uint8Array(72 + registers * 4 + 4);
      const view = new DataView(bytes.buffer);
      view.setInt32(24, 42, true);
      view.setUint32(72 + pc * 4, 0x8048000, true);
      const { image } = imageOf({
        bits: 32,
        machine,
        notes: [{ owner: "CORE", type: 1, bytes }],
        segments: [{ address: 0xfffe0000n, bytes: filled(4096, 1) }],
      });
      expect(
        image.threads.map(({ lwp, registers: r }) => [lwp, r[image.architecture.programCounter]]),
      ).toEqual([[42, 0x8048000n]]);
      expect(image.memory.pointer(0xfffe0000n)).toBe(0x01010101n);
    }
  });
});

describe("damaged cores", () => {
  it("survives being cut at every place", () => {
    const bytes = buildCore(crash);
    for (let length = 0; length < bytes.length; length += 13) {
      const problems = new ProblemList();
      try {
        const image = readProcessSnapshot(new BytesSource("core", bytes.subarray(0, length)), problems);
        if (length < bytes.length) expect(problems.isEmpty, `cut at ${length}`).toBe(false);
        image.memory.bytes(0x400000n, 100);
      } catch (thrown) {
        expect(thrown, `cut at ${length}`).toMatchObject({ fault: { code: "notADump" } });
      }
    }
  });

  it("survives any 8 bytes of the first page being ones or zeros", () => {
    for (const value of [0, 0xff]) {
      for (let at = 0; at < 1600; at += 4) {
        const bytes = buildCore(crash);
        bytes.fill(value, at, at + 8);
        try {
          const image = readProcessSnapshot(new BytesSource("core", bytes), new ProblemList());
          image.memory.bytes(0x7ffe0000n, 100);
        } catch (thrown) {
          expect(
            (thrown as { fault?: { code: string } }).fault?.code,
            `${value} at ${at}: ${thrown}`,
          ).toMatch(/notADump|unsupported/);
        }
      }
    }
  });
});
