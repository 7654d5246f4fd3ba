import { describe, expect, it } from "vitest";
import { BytesSource } from "../../../analyzer/base/byteSource";
import { ExhumeError } from "../../../analyzer/base/errors";
import { ProblemList } from "../../../analyzer/base/problems";
import { foreignMachineOfFile, readProcessSnapshot } from "../../../analyzer/core/knownFormats";
import { buildCore, type CoreDraft, x86ThreadNote } from "../../build/elfBuilder";

function sentenceFor(bytes: Uint8Array): string {
  try {
    readProcessSnapshot(new BytesSource("core", bytes), new ProblemList());
  } catch (thrown) {
    if (thrown instanceof ExhumeError) return thrown.message;
    throw thrown;
  }
  return "read";
}

function core(draft: CoreDraft, change: (bytes: Uint8Array) => void = () => undefined): Uint8Array {
  const bytes = buildCore(draft);
  change(bytes);
  return bytes;
}

/** The head of a core of a big-endian machine; its tables stay as they are. */
function bigEndian(machine: number, bits: 32 | 64 = 64): Uint8Array {
  return core({ bits }, (bytes) => {
    bytes[5] = 2;
    bytes.set([0, 4, machine >> 8, machine & 255], 16);
  });
}

const noteOf = (owner: string) => ({ owner, type: 1, bytes: new Uint8Array(64) });

describe("a core of a process that is not read", () => {
  const cases: readonly (readonly [string, Uint8Array])[] = [
    ["an x32 (32-bit pointers on x86-64)", core({ bits: 32, machine: 62 })],
    ["an ILP32 (32-bit pointers on aarch64)", core({ bits: 32, machine: 183 })],
    ["a 32-bit RISC-V", core({ bits: 32, machine: 243 })],
    ["a LoongArch", core({ machine: 258 })],
    [
      "a MIPS n32 (32-bit pointers on 64-bit MIPS)",
      core({ bits: 32, machine: 8 }, (bytes) => bytes.set([0x20], 36)),
    ],
    ["a machine number 999", core({ machine: 999 })],
    ["a little-endian 32-bit PowerPC", core({ bits: 32, machine: 20 })],
    ["a little-endian s390", core({ machine: 22 })],
    ["a big-endian SPARC", bigEndian(18, 32)],
    ["a big-endian aarch64", bigEndian(183)],
    ["a big-endian 32-bit Arm", bigEndian(40, 32)],
    ["a NetBSD", core({ notes: [noteOf("NetBSD-CORE"), noteOf("NetBSD-CORE@1")] })],
    ["a NetBSD", core({ notes: [x86ThreadNote({ lwp: 1 }), noteOf("NetBSD-CORE@1")] })],
    ["an OpenBSD", core({ notes: [noteOf("OpenBSD")] })],
    ["a FreeBSD", core({ notes: [noteOf("FreeBSD")] })],
    ["a FreeBSD", core({}, (bytes) => bytes.set([9], 7))],
  ];
  for (const [whose, bytes] of cases)
    it(`is refused by name: ${whose}`, () =>
      expect(sentenceFor(bytes)).toBe(`core: it is a core of ${whose} process, which Exhume does not read.`));

  it("is no core of Linux, in either width, nor one that says it is for GNU", () => {
    expect(sentenceFor(core({ notes: [x86ThreadNote({ lwp: 1 })] }))).toBe("read");
    expect(sentenceFor(core({ bits: 32, machine: 3 }))).toBe("read");
    expect(sentenceFor(core({}, (bytes) => bytes.set([3], 7)))).toBe("read");
  });
});

describe("a core of NetBSD", () => {
  const thread = (lwp: number, pc: number) => {
    const registers = new DataView(new ArrayBuffer(208));
    // `struct reg`: rdi first, r15, rip and rsp at 11, 21 and 24.
    for (const [at, value] of [
      [0, 0xd1],
      [11, 0xf5],
      [21, pc],
      [24, 0x7f7f_ffff_0000],
    ] as const)
      registers.setBigUint64(8 * at, BigInt(value), true);
    return { owner: `NetBSD-CORE@${lwp}`, type: 33, bytes: new Uint8Array(registers.buffer) };
  };
  const process = (signal: number, signalThread: number) => {
    const information = new DataView(new ArrayBuffer(160));
    for (const [at, value] of [
      [8, signal],
      [80, 622],
      [84, 237],
      [156, signalThread],
    ] as const)
      information.setInt32(at, value, true);
    const bytes = new Uint8Array(information.buffer);
    bytes.set(Buffer.from("trader"), 124);
    return { owner: "NetBSD-CORE", type: 1, bytes };
  };
  const read = (draft: CoreDraft) =>
    readProcessSnapshot(new BytesSource("core", core(draft)), new ProblemList());

  it("has the thread with the signal first, and registers by Linux's numbers", () => {
    const image = read({ notes: [process(10, 2), thread(1, 0x1000), thread(2, 0x2000)] });
    expect(image.format).toBe("NetBSD ELF core");
    expect(image.process).toEqual({ pid: 622, parentPid: 237, name: "trader", commandLine: "" });
    // SIGBUS is 10 there and 7 here.
    expect(image.threads.map(({ lwp, signal, crashed }) => [lwp, signal, crashed])).toEqual([
      [2, 7, true],
      [1, 0, false],
    ]);
    const [first] = image.threads;
    expect([5, 15, 16, 7].map((number) => first!.registers[number])).toEqual([
      0xd1n,
      0xf5n,
      0x2000n,
      0x7f7f_ffff_0000n,
    ]);
  });

  it("has the signal in all threads where it was the process's", () => {
    const image = read({ notes: [process(11, 0), thread(2, 0x2000), thread(1, 0x1000)] });
    expect(image.threads.map(({ lwp, signal }) => [lwp, signal])).toEqual([
      [2, 11],
      [1, 11],
    ]);
  });

  it("says what of it was verified, and is refused for machines that were not", () => {
    const problems = new ProblemList();
    const notes = [process(11, 1), thread(1, 0x1000)];
    readProcessSnapshot(new BytesSource("core", core({ notes })), problems);
    expect(problems.toArray().map(({ code }) => code)).toContain("system-not-verified");
    expect(sentenceFor(core({ notes, bits: 32, machine: 3 }))).toContain("it is a core of a NetBSD process");
    const cut = { ...thread(1, 0x1000), bytes: new Uint8Array(100) };
    expect(sentenceFor(core({ notes: [process(11, 1), cut] }))).toContain("it is a core of a NetBSD process");
  });
});

it("names the machine of a program that is not read", () => {
  expect(foreignMachineOfFile(new BytesSource("program", bigEndian(43)))).toBe("big-endian 64-bit SPARC");
  expect(foreignMachineOfFile(new BytesSource("program", core({})))).toBeUndefined();
  expect(foreignMachineOfFile(new BytesSource("program", new Uint8Array(64)))).toBeUndefined();
});
