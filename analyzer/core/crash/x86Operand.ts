import type { MemoryImage } from "../memoryImage";
import type { Registers } from "../registers";

/** DWARF numbers of the registers by their numbers in instructions (psABI figure 3.36; Intel SDM table 2-2). */
const byInstruction = [0, 2, 1, 3, 7, 6, 4, 5, 8, 9, 10, 11, 12, 13, 14, 15] as const;
const prefixes = new Set([0x26, 0x2e, 0x36, 0x3e, 0x66, 0x67, 0xf0, 0xf2, 0xf3]);

/** An instruction of x86-64 with one operand given by ModRM. */
export interface X86Instruction {
  /** Of the one-byte map; two-byte ones are 0x0f00 and the second byte. */
  readonly opcode: number;
  /** The reg field of ModRM: a register or a part of the opcode. */
  readonly extension: number;
  readonly operandBytes: 1 | 2 | 4 | 8;
  /** Where the operand is, when it is in memory; undefined also where a register it rests on is lost. */
  readonly address: bigint | undefined;
  /** The operand's register by DWARF number. */
  readonly register: number | undefined;
}

/** Decodes what is at an address as far as its ModRM operand. @returns undefined for VEX and three-byte opcodes */
export function x86InstructionAt(
  memory: MemoryImage,
  pc: bigint,
  registers: Registers,
): X86Instruction | undefined {
  const code = memory.bytes(pc, 15);
  const view = new DataView(code.buffer, code.byteOffset, code.byteLength);
  let at = 0;
  let isShort = false;
  while (at < code.length && prefixes.has(code[at]!)) if (code[at++] === 0x66) isShort = true;
  let rex = 0;
  if ((code[at]! & 0xf0) === 0x40) rex = code[at++]!;
  let opcode = code[at++];
  if (opcode === undefined || opcode === 0x62 || opcode === 0xc4 || opcode === 0xc5) return undefined;
  if (opcode === 0x0f) {
    const second = code[at++];
    if (second === undefined || second === 0x38 || second === 0x3a) return undefined;
    opcode = 0x0f00 + second;
  }
  const modRm = code[at++];
  if (modRm === undefined) return undefined;
  const isByte = opcode < 0x0f00 && opcode % 2 === 0;
  const operandBytes = isByte ? 1 : (rex & 8) !== 0 ? 8 : isShort ? 2 : 4;
  const facts = { opcode, extension: (modRm >> 3) & 7, operandBytes } as const;
  const high = (bit: number) => ((rex & bit) === 0 ? 0 : 8);
  const mode = modRm >> 6;
  const low = modRm & 7;
  if (mode === 3) return { ...facts, address: undefined, register: byInstruction[low + high(1)]! };
  const registerOf = (number: number) => registers[byInstruction[number]!];
  let base: bigint | undefined;
  let hasDisplacement = mode === 2;
  if (low === 4) {
    const sib = code[at++];
    if (sib === undefined) return undefined;
    const index = ((sib >> 3) & 7) + high(2);
    const scaled = index === 4 ? 0n : registerOf(index);
    const start = (sib & 7) === 5 && mode === 0 ? 0n : registerOf((sib & 7) + high(1));
    if ((sib & 7) === 5 && mode === 0) hasDisplacement = true;
    base = scaled === undefined || start === undefined ? undefined : start + (scaled << BigInt(sib >> 6));
  } else if (low === 5 && mode === 0) {
    // Relative to the next instruction, whose constant is not known to be there: only lengths differ.
    return { ...facts, address: undefined, register: undefined };
  } else base = registerOf(low + high(1));
  if (at + (hasDisplacement ? 4 : mode === 1 ? 1 : 0) > code.length) return undefined;
  const displacement = hasDisplacement ? view.getInt32(at, true) : mode === 1 ? view.getInt8(at) : 0;
  const address = base === undefined ? undefined : BigInt.asUintN(64, base + BigInt(displacement));
  return { ...facts, address, register: undefined };
}

/** Value of the operand, as an unsigned number of its size. */
export function operandOf(
  instruction: X86Instruction,
  memory: MemoryImage,
  registers: Registers,
): bigint | undefined {
  const { address, register, operandBytes } = instruction;
  if (register !== undefined) {
    const value = registers[register];
    return value === undefined ? undefined : BigInt.asUintN(8 * operandBytes, value);
  }
  if (address === undefined) return undefined;
  const bytes = memory.bytes(address, operandBytes);
  if (bytes.length < operandBytes) return undefined;
  let value = 0n;
  for (const byte of bytes.toReversed()) value = value * 256n + BigInt(byte);
  return value;
}
