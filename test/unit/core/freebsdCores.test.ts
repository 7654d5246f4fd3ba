import { describe, expect, it } from "vitest";
import { BytesSource } from "../../../analyzer/base/byteSource";
import { ProblemList } from "../../../analyzer/base/problems";
import { causeOfDeath } from "../../../analyzer/core/crash/causeOfDeath";
import { sceneOf } from "../../../analyzer/core/crash/crashScene";
import { readProcessSnapshot } from "../../../analyzer/core/knownFormats";
import { LoadedProcess } from "../../../analyzer/core/loadedProcess";
import { SectionStore } from "../../../analyzer/session/core/unpackSection";
import type { BuiltNote } from "../../build/elfBuilder";
import {
  freebsdCore,
  freebsdNotes,
  freebsdRegister,
  freebsdSignal,
  freebsdStatus,
} from "../../build/freebsdCore";

function read(bytes: Uint8Array) {
  const problems = new ProblemList();
  const image = readProcessSnapshot(new BytesSource("core", bytes), problems);
  return { image, problems: problems.toArray() };
}

/** The notes with one of a type changed: the first, of a copy. */
function withNote(type: number, change: (bytes: Uint8Array, view: DataView) => Uint8Array | undefined) {
  const notes: BuiltNote[] = freebsdNotes();
  const at = notes.findIndex((note) => note.type === type);
  const bytes = Uint8Array.from(notes[at]!.bytes);
  notes[at] = { ...notes[at]!, bytes: change(bytes, new DataView(bytes.buffer)) ?? bytes };
  return freebsdCore(notes);
}

const refusal = "core: it is a core of a FreeBSD process, which Exhume does not read.";

describe("a core of FreeBSD", () => {
  it("has threads with their names, the one with the signal first, and what the process is", () => {
    const { image } = read(freebsdCore());
    expect(image.format).toBe("FreeBSD ELF core");
    // SIGBUS is 10 there and 7 here; every thread's status has it.
    expect(image.threads.map(({ lwp, name, signal, crashed }) => [lwp, name, signal, crashed])).toEqual([
      [100_200, "till", 7, true],
      [100_100, "printer", 0, false],
    ]);
    expect(image.process).toEqual({
      pid: 812,
      parentPid: 640,
      name: "till",
      commandLine: "till --shop 7",
    });
    expect(image.signal).toMatchObject({ number: 7, code: 2, address: 0x1234n });
  });

  it("has registers by Linux's numbers", () => {
    const [first, second] = read(freebsdCore()).image.threads;
    // rdi, rbp, rsp, r15, rip
    expect([5, 6, 7, 15, 16].map((number) => first!.registers[number])).toEqual([
      0xd1n,
      0x8_2000_0100n,
      0x8_2000_00e0n,
      0xf5n,
      0x20_1300n,
    ]);
    expect(first!.threadPointer).toBe(0x8_0100_0000n);
    // cs, eflags, ss and the selectors of ds, es, fs and gs, by their places in Linux's status.
    expect([17, 18, 20, 23, 24, 25, 26].map((place) => first!.registerWords?.[place])).toEqual([
      0x43n,
      0x1_0246n,
      0x3bn,
      0x42n,
      0x3bn,
      0x13n,
      0x1bn,
    ]);
    expect([second!.registers[16], second!.registers[7]]).toEqual([0x20_1400n, 0x8_2000_0200n]);
  });

  it("has every register at its own place", () => {
    const places = Object.fromEntries(Array.from({ length: 22 }, (_, place) => [place, BigInt(place + 1)]));
    const { image } = read(freebsdCore([freebsdStatus({ lwp: 1, signal: 6, registers: places })]));
    const byNumber = image.threads[0]!.registers.slice(0, 17);
    // rax rdx rcx rbx rsi rdi rbp rsp r8 … r15 rip
    expect(byNumber).toEqual([15, 13, 14, 12, 10, 9, 11, 21, 8, 7, 6, 5, 4, 3, 2, 1, 18].map(BigInt));
  });

  it("has those of aarch64", () => {
    const registers = Object.fromEntries(
      Array.from({ length: 34 }, (_, place) => [place, BigInt(place + 1)]),
    );
    // Behind the processor's state, of 32 bits, nothing is said.
    registers[33] = 0xffff_ffff_6000_0000n;
    const { image } = read(freebsdCore([freebsdStatus({ lwp: 1, signal: 11, registers }, 272)], 183));
    const [thread] = image.threads;
    expect([0, 29, 30, 31, 32].map((number) => thread!.registers[number])).toEqual([1n, 30n, 31n, 32n, 33n]);
    expect(thread!.registerWords?.[33]).toBe(0x6000_0000n);
    expect(thread!.signal).toBe(11);
  });

  it("has mapped files as modules, and no tags of FreeBSD in Linux's meaning", () => {
    const { image } = read(freebsdCore());
    expect(image.mappings).toEqual([
      { start: 0x20_0000n, end: 0x20_1000n, fileOffset: 0, path: "/usr/local/bin/till", protection: 4 },
      { start: 0x20_1000n, end: 0x20_2000n, fileOffset: 4096, path: "/usr/local/bin/till", protection: 5 },
    ]);
    expect(image.executablePath).toBe("/usr/local/bin/till");
    expect(image.modules.map(({ path, kind }) => [path, kind])).toEqual([
      ["/usr/local/bin/till", "executable"],
    ]);
    expect([...(image.auxiliaryVector ?? [])]).toEqual([
      [6, 4096n],
      [9, 0x20_1000n],
      [31, 0x8_2000_0800n],
    ]);
  });

  it("takes code that the kernel left out for code, and nothing else of the file", () => {
    const causeAt = (rip: bigint) => {
      const [names, , ...rest] = freebsdNotes();
      const status = freebsdStatus({ lwp: 1, signal: 11, registers: { [freebsdRegister.rip]: rip } });
      const { image } = read(freebsdCore([names!, status, ...rest]));
      const process = new LoadedProcess(image, [], () => ({}), new SectionStore());
      return causeOfDeath(sceneOf(process, image.threads[0]!, image.signal!, () => []))?.kind;
    };
    expect(causeAt(0x20_1300n)).not.toBe("badJump");
    expect(causeAt(0x20_0300n)).toBe("badJump");
  });

  it("says that no real one was ever tried", () => {
    const said = read(freebsdCore()).problems.filter(({ code }) => code === "system-not-verified");
    expect(said.map(({ message }) => message)).toEqual([
      expect.stringMatching(/never tried on a real one: registers and notes .* follow FreeBSD's headers/),
    ]);
  });

  it("says why by Linux's codes, and nothing where FreeBSD knows nothing", () => {
    const signal = (number: number, code: number) => {
      const status = freebsdStatus({ lwp: 1, signal: number, registers: {} });
      return read(freebsdCore([status, freebsdSignal(number, code, 0n)])).image.signal;
    };
    expect(signal(8, 2)).toMatchObject({ number: 8, code: 1 });
    expect(signal(8, 1)).toMatchObject({ number: 8, code: 2 });
    expect(signal(11, 100)).toMatchObject({ number: 11, code: 4 });
    expect(signal(6, 0x10007)).toMatchObject({ number: 6, code: -6, senderPid: 812 });
    expect(signal(12, 0)?.number).toBe(31);
    expect(signal(10, 3)).toEqual(signal(10, 99));
    expect(signal(6, 0)).toEqual(signal(6, 99));
    expect(signal(6, 0)?.senderPid).toBeUndefined();
  });
});

describe("a damaged core of FreeBSD", () => {
  const lies: readonly (readonly [string, Uint8Array])[] = [
    ["a short status", withNote(1, (bytes) => bytes.subarray(0, 200))],
    ["a long status", withNote(1, (bytes) => Uint8Array.from([...bytes, ...bytes]))],
    ["another version", withNote(1, (_, view) => void view.setInt32(0, 2, true))],
    ["another size of the status", withNote(1, (_, view) => void view.setBigUint64(8, 232n, true))],
    ["another size of registers", withNote(1, (_, view) => void view.setBigUint64(16, 1n << 40n, true))],
    ["no status", freebsdCore(freebsdNotes().filter(({ type }) => type !== 1))],
    ["registers of another machine", freebsdCore(freebsdNotes(), 183)],
    ["a machine that is not read so", freebsdCore(freebsdNotes(), 243)],
  ];
  it.each(lies)("is refused by name: %s", (_, bytes) => expect(() => read(bytes)).toThrow(refusal));

  const unreadable: readonly (readonly [string, number, Uint8Array])[] = [
    ["NT_PRPSINFO", 3, withNote(3, (_, view) => void view.setBigUint64(8, 1n << 60n, true))],
    ["NT_PRPSINFO", 3, withNote(3, (bytes) => bytes.subarray(0, 64))],
    ["NT_THRMISC", 7, withNote(7, (bytes) => bytes.subarray(0, 3))],
    ["NT_PTLWPINFO", 17, withNote(17, (_, view) => void view.setInt32(0, -1, true))],
    ["NT_PTLWPINFO", 17, withNote(17, (bytes) => bytes.subarray(0, 60))],
    ["segment bases", 0x200, withNote(0x200, (bytes) => bytes.subarray(0, 8))],
    ["NT_PROCSTAT_PROC", 8, withNote(8, (bytes) => bytes.subarray(0, 40))],
    ["NT_PROCSTAT_VMMAP", 10, withNote(10, (_, view) => void view.setInt32(0, 1200, true))],
    ["NT_PROCSTAT_VMMAP", 10, withNote(10, (_, view) => void view.setInt32(4, 8, true))],
    ["NT_PROCSTAT_VMMAP", 10, withNote(10, (_, view) => void view.setInt32(4, -160, true))],
    ["NT_PROCSTAT_VMMAP", 10, withNote(10, (bytes) => bytes.subarray(0, 150))],
    ["NT_PROCSTAT_AUXV", 16, withNote(16, (_, view) => void view.setInt32(0, 8, true))],
    ["NT_PROCSTAT_AUXV", 16, withNote(16, (bytes) => bytes.subarray(0, 2))],
  ];
  it.each(unreadable)("goes without the note and says so: %s (%i)", (what, _, bytes) => {
    const { image, problems } = read(bytes);
    expect(image.threads.map(({ lwp }) => lwp)).toEqual([100_200, 100_100]);
    const said = problems.filter(({ code }) => code === "note-unreadable");
    expect(said).toHaveLength(1);
    expect(said[0]).toMatchObject({ losesData: true, message: expect.stringContaining(what) });
  });
});
