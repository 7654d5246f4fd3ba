import { describe, expect, it } from "vitest";
import { FrameTable } from "../../../analyzer/formats/dwarf/cfi/frameTable";
import type { UnwindRow } from "../../../analyzer/formats/dwarf/cfi/unwindRow";
import { DwarfDamage } from "../../../analyzer/formats/dwarf/dataReader";
import { evaluateUnwindExpression } from "../../../analyzer/formats/dwarf/expressions/unwindExpression";
import { seededRandom } from "../../build/seededRandom";

const sectionAddress = 0x2000;

function u32(value: number): number[] {
  return [value & 0xff, (value >> 8) & 0xff, (value >> 16) & 0xff, (value >> 24) & 0xff];
}

/** An entry of `.eh_frame`, padded with nops; the length comes first. */
function entry(id: number, body: readonly number[]): number[] {
  const padded = [...body, ...new Array((4 - (body.length % 4)) % 4).fill(0)];
  return [...u32(padded.length + 4), ...u32(id), ...padded];
}

/** zR, code alignment 1, data alignment -8, return address 16, pc-relative 4-byte pointers; cfa = r7+8, r16 at -8. */
const common = entry(0, [1, 0x7a, 0x52, 0, 1, 0x78, 16, 1, 0x1b, 0x0c, 7, 8, 0x90, 1]);

function sectionWith(functions: readonly { start: number; bytes: number; program: readonly number[] }[]) {
  const bytes = [...common];
  for (const { start, bytes: size, program } of functions) {
    const at = bytes.length;
    const startField = at + 8;
    bytes.push(
      ...entry(at + 4, [...u32(start - (sectionAddress + startField)), ...u32(size), 0, ...program]),
    );
  }
  bytes.push(0, 0, 0, 0);
  return {
    kind: "eh",
    bytes: Uint8Array.from(bytes),
    address: sectionAddress,
    addressBytes: 8,
    littleEndian: true,
  } as const;
}

/** push rbp (1 byte): cfa offset 16, rbp at -16; mov rsp, rbp (3 bytes): cfa = rbp+16; … at 20 restored. */
const usual = [0x41, 0x0e, 16, 0x86, 2, 0x43, 0x0d, 6, 0x0a, 0x50, 0x0c, 7, 8, 0xc6, 0x41, 0x0b];
const section = sectionWith([
  { start: 0x1000, bytes: 0x40, program: usual },
  { start: 0x1040, bytes: 0x20, program: [] },
  { start: 0x1100, bytes: 0x10, program: [0x41, 0x07, 16] },
]);

function ruleOf(row: UnwindRow | undefined): string {
  if (row === undefined) return "none";
  const cfa = row.frameAddress;
  const registers = [...row.registers].map(([number, rule]) =>
    "offset" in rule ? `r${number}@${rule.offset}` : `r${number} ${rule.kind}`,
  );
  return `${cfa?.kind === "register" ? `r${cfa.register}+${cfa.offset}` : cfa?.kind} ${registers.join(" ")}`;
}

describe("unwind rules", () => {
  const cases: readonly (readonly [number, string])[] = [
    [0x0fff, "none"],
    [0x1000, "r7+8 r16@-8"],
    [0x1001, "r7+16 r16@-8 r6@-16"],
    [0x1003, "r7+16 r16@-8 r6@-16"],
    [0x1004, "r6+16 r16@-8 r6@-16"],
    [0x1013, "r6+16 r16@-8 r6@-16"],
    [0x1014, "r7+8 r16@-8"],
    [0x1015, "r6+16 r16@-8 r6@-16"],
    [0x103f, "r6+16 r16@-8 r6@-16"],
    [0x1040, "r7+8 r16@-8"],
    [0x1060, "none"],
    [0x1100, "r7+8 r16@-8"],
    [0x1101, "r7+8 r16 undefined"],
    [0x1110, "none"],
  ];
  it("change with the instruction", () => {
    const table = new FrameTable(section);
    for (const [address, rules] of cases)
      expect(ruleOf(table.rowAt(address)), address.toString(16)).toBe(rules);
  });

  it("are the same by the linker's sorted table", () => {
    const headerAddress = 0x3000;
    const offsets = [common.length];
    const view = new DataView(section.bytes.buffer);
    for (let i = 0; i < 2; i++) offsets.push(offsets[i]! + 4 + view.getUint32(offsets[i]!, true));
    const rows = [0x1000, 0x1040, 0x1100].flatMap((start, i) => [
      ...u32(start - headerAddress),
      ...u32(sectionAddress + offsets[i]! - headerAddress),
    ]);
    const header = [1, 0x1b, 0x03, 0x3b, ...u32(sectionAddress - headerAddress - 4), ...u32(3), ...rows];
    const table = new FrameTable(section, { bytes: Uint8Array.from(header), address: headerAddress });
    for (const [address, rules] of cases)
      expect(ruleOf(table.rowAt(address)), address.toString(16)).toBe(rules);
  });

  it("survive any damage", () => {
    const random = seededRandom(7);
    let damaged = 0;
    for (let round = 0; round < 4000; round++) {
      const bytes = section.bytes.slice(
        0,
        round % 3 === 0 ? Math.floor(random() * section.bytes.length) : undefined,
      );
      for (let i = 0; i < 3; i++) bytes[Math.floor(random() * bytes.length)] = Math.floor(random() * 256);
      const table = new FrameTable({ ...section, bytes });
      for (const address of [0x1000, 0x1014, 0x1050, 0x1101]) {
        try {
          table.rowAt(address);
        } catch (thrown) {
          expect(thrown).toBeInstanceOf(DwarfDamage);
          damaged++;
        }
      }
    }
    expect(damaged).toBeGreaterThan(100);
  });
});

describe("unwind expressions", () => {
  const inputs = {
    register: (number: number) => (number < 17 ? BigInt(number * 0x100) : undefined),
    readMemory: (address: bigint, length: number) =>
      address < 0x10000n
        ? new Uint8Array(new BigUint64Array([address + 1n]).buffer).slice(0, length)
        : undefined,
    addressSize: 8,
    littleEndian: true,
  };
  const cases: readonly (readonly [string, readonly number[], bigint | undefined])[] = [
    // The rule of every procedure linkage table: rsp + 8 + ((rip & 15) >= 11) * 8.
    ["plt", [0x77, 8, 0x80, 0, 0x3f, 0x1a, 0x3b, 0x2a, 0x33, 0x24, 0x22], 0x708n],
    ["deref", [0x77, 0x10, 0x06], 0x711n],
    ["negative base", [0x77, 0x78], 0x6f8n],
    ["absent memory", [0x0c, 0, 0, 0x10, 0, 0x06], undefined],
    ["lost register", [0x8f, 0], undefined],
    ["branch over", [0x31, 0x28, 1, 0, 0x96, 0x35], 5n],
  ];
  for (const [name, bytes, expected] of cases) {
    it(name, () =>
      expect(evaluateUnwindExpression({ bytes: Uint8Array.from(bytes) }, inputs, undefined)).toBe(expected),
    );
  }

  const damage: readonly (readonly [string, readonly number[]])[] = [
    ["empty stack", [0x22]],
    ["endless", [0x31, 0x2f, 0xfc, 0xff]],
    ["jump outside", [0x2f, 0x10, 0x10]],
    ["unknown", [0x31, 0x31, 0xff]],
    ["cut operand", [0x0e, 1, 2]],
  ];
  for (const [name, bytes] of damage) {
    it(`damage: ${name}`, () =>
      expect(() => evaluateUnwindExpression({ bytes: Uint8Array.from(bytes) }, inputs, undefined)).toThrow(
        DwarfDamage,
      ));
  }
});
