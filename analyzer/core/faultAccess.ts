import type { ArchitectureName } from "./architecture";

/** What an instruction did with the memory it faulted on. */
export type FaultAccess = "reading" | "writing" | "executing";

/**
 * Tells from the bytes of the faulting instruction whether it read or wrote memory; the core does not say (the
 * page-fault error code is not in it).
 * @param code bytes from the program counter on, as many as are there
 * @returns undefined for instructions that do both or are not in the tables
 */
export function faultAccessOf(
  architecture: ArchitectureName,
  code: Uint8Array,
  pc: bigint,
  address: bigint,
): FaultAccess | undefined {
  if (pc === address) return "executing";
  // What 32-bit code has instead of REX prefixes never touches memory.
  if (architecture === "x86_64" || architecture === "i386") return x86Access(code);
  return architecture === "aarch64" ? aarch64Access(code) : undefined;
}

const legacyPrefixes = new Set([0x26, 0x2e, 0x36, 0x3e, 0x64, 0x65, 0x66, 0x67, 0xf0, 0xf2, 0xf3]);

/** Intel SDM volume 2, appendix A: opcode maps. Read-modify-write instructions fault as writes. */
function x86Access(code: Uint8Array): FaultAccess | undefined {
  let at = 0;
  let repeats = false;
  while (at < code.length && legacyPrefixes.has(code[at]!)) {
    if (code[at] === 0xf3) repeats = true;
    at++;
  }
  // VEX: two or three bytes that stand for prefixes and the 0F map.
  if (code[at] === 0xc5) return twoByteAccess(code[at + 2], (code[at + 1]! & 3) === 2);
  if (code[at] === 0xc4) {
    return (code[at + 1]! & 0x1f) === 1 ? twoByteAccess(code[at + 3], (code[at + 2]! & 3) === 2) : undefined;
  }
  if ((code[at]! & 0xf0) === 0x40) at++;
  const opcode = code[at];
  if (opcode === undefined) return undefined;
  if (opcode === 0x0f) return twoByteAccess(code[at + 1], repeats);
  return oneByteAccess(opcode, (code[at + 1] ?? 0) >> 3);
}

/** @param extension the reg field of ModRM in its low three bits, which selects the instruction of a group */
function oneByteAccess(opcode: number, extension: number): FaultAccess | undefined {
  const group = extension & 7;
  // The eight arithmetic instructions: to memory in forms 0 and 1, from memory in 2 and 3; cmp only reads.
  if (opcode < 0x40 && (opcode & 7) < 4) return (opcode & 7) < 2 && opcode < 0x38 ? "writing" : "reading";
  if (opcode >= 0x80 && opcode <= 0x83) return group === 7 ? "reading" : "writing";
  if (opcode >= 0x50 && opcode <= 0x57) return "writing";
  if (opcode >= 0x58 && opcode <= 0x5f) return "reading";
  if (opcode === 0xf6 || opcode === 0xf7) return group === 2 || group === 3 ? "writing" : "reading";
  if (opcode === 0xfe || opcode === 0xff) return group < 2 ? "writing" : group < 4 ? undefined : "reading";
  if (oneByteWrites.has(opcode)) return "writing";
  return oneByteReads.has(opcode) ? "reading" : undefined;
}

/** mov to memory, xchg, pop to memory, stos, shifts, push, call. */
const oneByteWrites = new Set([
  ...[0x68, 0x6a, 0x86, 0x87, 0x88, 0x89, 0x8f, 0xa2, 0xa3, 0xaa, 0xab],
  ...[0xc0, 0xc1, 0xc6, 0xc7, 0xd0, 0xd1, 0xd2, 0xd3, 0xe8],
]);
/** movsxd, imul, test, mov from memory, lods, scas, ret, leave. */
const oneByteReads = new Set([
  ...[0x63, 0x69, 0x6b, 0x84, 0x85, 0x8a, 0x8b, 0xa0, 0xa1, 0xac, 0xad, 0xae, 0xaf, 0xc2, 0xc3, 0xc9],
]);

function twoByteAccess(opcode: number | undefined, repeats: boolean): FaultAccess | undefined {
  if (opcode === undefined) return undefined;
  if (opcode === 0x7e) return repeats ? "reading" : "writing";
  if (opcode >= 0x90 && opcode <= 0x9f) return "writing";
  if (twoByteWrites.has(opcode)) return "writing";
  if (opcode >= 0x40 && opcode <= 0x6f) return "reading";
  return twoByteReads.has(opcode) ? "reading" : undefined;
}

/** Vector stores, bit set/reset/complement, cmpxchg, xadd, movnti. */
const twoByteWrites = new Set([
  ...[0x11, 0x13, 0x17, 0x29, 0x2b, 0x7f, 0xab, 0xb0, 0xb1, 0xb3, 0xbb, 0xc0, 0xc1, 0xc3, 0xd6, 0xe7],
]);
/** Vector loads, compares, imul, movzx, movsx, prefixless bit tests. */
const twoByteReads = new Set([
  ...[0x10, 0x12, 0x16, 0x28, 0x2a, 0x2c, 0x2d, 0x2e, 0x2f, 0x70, 0x74, 0x75, 0x76],
  ...[0xa3, 0xaf, 0xb6, 0xb7, 0xbc, 0xbd, 0xbe, 0xbf, 0xd4, 0xef, 0xfe],
]);

/** Arm Architecture Reference Manual C4.1.4: the class of loads and stores has bits 27 and 25 as 1 and 0. */
function aarch64Access(code: Uint8Array): FaultAccess | undefined {
  if (code.length < 4) return undefined;
  const word = code[0]! + code[1]! * 2 ** 8 + code[2]! * 2 ** 16 + code[3]! * 2 ** 24;
  const bits = (low: number, count: number) => Math.floor(word / 2 ** low) % 2 ** count;
  if (bits(27, 1) !== 1 || bits(25, 1) !== 0) return undefined;
  // PC-relative literals are always loads.
  if (bits(28, 2) === 1 && bits(24, 1) === 0) return "reading";
  // One register: opc in bits 23-22, 00 is a store; so is 10 for 128-bit vectors. Pairs, exclusives, structures: L.
  const isSingle = bits(28, 2) === 3;
  const isVector = bits(26, 1) === 1;
  if (!isSingle) return bits(22, 1) === 0 ? "writing" : "reading";
  const operation = bits(22, 2);
  return operation === 0 || (operation === 2 && isVector) ? "writing" : "reading";
}
