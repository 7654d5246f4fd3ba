import { describe, expect, it } from "vitest";
import { BytesSource } from "../../../analyzer/base/byteSource";
import { ProblemList } from "../../../analyzer/base/problems";
import { readProcessSnapshot } from "../../../analyzer/core/knownFormats";
import { namedRegisters } from "../../../analyzer/core/registers";
import { type BuiltNote, buildCore } from "../../build/elfBuilder";

interface MachineCase {
  readonly name: string;
  readonly number: number;
  readonly bits: 32 | 64;
  readonly littleEndian: boolean;
  /** Words of registers in NT_PRSTATUS. */
  readonly words: number;
  /** Position there of registers, by name. */
  readonly at: Readonly<Record<string, number>>;
  readonly threadPointer?: number;
  /** What of the program counter is an address. */
  readonly mask?: bigint;
}

/** Linux: `arch/…/include/uapi/asm/ptrace.h` and `elf.h`. */
const cases: readonly MachineCase[] = [
  {
    name: "arm",
    number: 40,
    bits: 32,
    littleEndian: true,
    words: 18,
    at: { r0: 0, r11: 11, sp: 13, lr: 14, pc: 15 },
    mask: ~1n,
  },
  {
    name: "riscv64",
    number: 243,
    bits: 64,
    littleEndian: true,
    words: 32,
    at: { pc: 0, ra: 1, sp: 2, tp: 4, s0: 8, a0: 10, t6: 31 },
    threadPointer: 4,
  },
  {
    name: "ppc64",
    number: 21,
    bits: 64,
    littleEndian: true,
    words: 48,
    at: { r1: 1, r13: 13, r31: 31, pc: 32, ctr: 35, lr: 36, cr: 38 },
    threadPointer: 13,
  },
  {
    name: "ppc64",
    number: 21,
    bits: 64,
    littleEndian: false,
    words: 48,
    at: { r1: 1, pc: 32, lr: 36 },
    threadPointer: 13,
  },
  {
    name: "ppc",
    number: 20,
    bits: 32,
    littleEndian: false,
    words: 48,
    at: { r1: 1, r2: 2, pc: 32, lr: 36 },
    threadPointer: 2,
  },
  {
    name: "s390x",
    number: 22,
    bits: 64,
    littleEndian: false,
    words: 27,
    at: { pswm: 0, pc: 1, r0: 2, r14: 16, r15: 17 },
    threadPointer: 18,
  },
  {
    name: "s390",
    number: 22,
    bits: 32,
    littleEndian: false,
    words: 35,
    at: { pc: 1, r0: 2, r15: 17 },
    threadPointer: 18,
    mask: 0x7fff_ffffn,
  },
  {
    name: "mips64",
    number: 8,
    bits: 64,
    littleEndian: true,
    words: 45,
    at: { a0: 4, sp: 29, ra: 31, lo: 32, hi: 33, pc: 34 },
  },
  { name: "mips64", number: 8, bits: 64, littleEndian: false, words: 45, at: { sp: 29, pc: 34 } },
  {
    name: "mips",
    number: 8,
    bits: 32,
    littleEndian: true,
    words: 45,
    at: { a0: 10, sp: 35, ra: 37, pc: 40 },
  },
  { name: "mips", number: 8, bits: 32, littleEndian: false, words: 45, at: { sp: 35, pc: 40 } },
];

const described = ({ name, littleEndian }: MachineCase) =>
  `${littleEndian ? "little" : "big"}-endian ${name}`;

describe.each(cases.map((each) => [described(each), each] as const))("a core of %s", (_, machine) => {
  const { bits, littleEndian, words } = machine;
  const word = bits / 8;
  /** No two are alike, and no byte of one is like another of it. */
  const wordOf = (index: number) =>
    (bits === 64 ? 0x0a0b_0c0d_0e00_0001n : 0x8a0b_0001n) + BigInt(index << 8);
  const put = (view: DataView, at: number, value: bigint) =>
    bits === 64
      ? view.setBigUint64(at, value, littleEndian)
      : view.setUint32(at, Number(value), littleEndian);

  function note(type: number, bytes: number, fill: (view: DataView) => void): BuiltNote {
    const contents = new Uint8Array(bytes);
    fill(new DataView(contents.buffer));
    return { owner: "CORE", type, bytes: contents };
  }

  const registersAt = bits === 64 ? 112 : 72;
  const memory = new Uint8Array(16);
  put(new DataView(memory.buffer), 0, 0x7788n);
  const bytes = buildCore({
    bits,
    littleEndian,
    machine: machine.number,
    segments: [{ address: 0x1000n, bytes: memory }],
    notes: [
      note(1, registersAt + (words + 1) * word, (view) => {
        view.setInt16(12, 11, littleEndian);
        view.setInt32(bits === 64 ? 32 : 24, 4242, littleEndian);
        for (let index = 0; index < words; index++) put(view, registersAt + index * word, wordOf(index));
      }),
      note(0x53494749, 128, (view) => {
        view.setInt32(0, 11, littleEndian);
        view.setInt32(machine.number === 8 ? 4 : 8, 1, littleEndian);
        put(view, bits === 64 ? 16 : 12, 0x1234n);
      }),
      note(6, 4 * word, (view) => {
        put(view, 0, 9n);
        put(view, word, 0x5678n);
      }),
    ],
  });
  const process = readProcessSnapshot(new BytesSource("core", bytes), new ProblemList());
  const [thread] = process.threads;

  it("says its machine, its threads' numbers and signals, and where it died", () => {
    const { name, pointerBytes } = process.architecture;
    expect({ name, pointerBytes }).toEqual({ name: machine.name, pointerBytes: word });
    expect(process.architecture.littleEndian).toBe(littleEndian);
    expect(thread).toMatchObject({ lwp: 4242, signal: 11 });
    expect(process.signal).toMatchObject({ name: "SIGSEGV", address: 0x1234n });
    expect(process.auxiliaryVector.get(9)).toBe(0x5678n);
  });

  it("has registers by their names, and the thread pointer among them", () => {
    const registers = new Map(
      namedRegisters(process.architecture, thread!.registers).map(({ name, value }) => [name, value]),
    );
    for (const [name, index] of Object.entries(machine.at)) {
      const mask = name === "pc" ? (machine.mask ?? -1n) : -1n;
      expect(`${name} ${registers.get(name)}`).toBe(`${name} ${wordOf(index) & mask}`);
    }
    const wanted = machine.threadPointer === undefined ? undefined : wordOf(machine.threadPointer);
    expect(thread!.threadPointer).toBe(wanted);
    const { stackPointer, programCounter, registerNames } = process.architecture;
    expect(["sp", "r1", "r15"]).toContain(registerNames[stackPointer]);
    expect(registerNames[programCounter]).toBe("pc");
  });

  it("has words of memory in its own order", () => {
    expect(process.memory.pointer(0x1000n)).toBe(0x7788n);
    expect(process.memory.u32(0x1000n)).toBe(bits === 64 && !littleEndian ? 0 : 0x7788);
  });
});
