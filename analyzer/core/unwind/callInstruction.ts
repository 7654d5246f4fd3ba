import type { ArchitectureName } from "../architecture";
import type { UnwindInputs } from "./unwindInputs";

/** The call right before a return address. */
export interface CallInstruction {
  /** Where it went, through stubs of the linker; undefined when registers or variables told it. */
  readonly target?: bigint;
}

/** Intel SDM volume 2: `call rel32` has five bytes, `call r/m` (ModRM /2) at most seven without prefixes. */
const longestCall = 7;
/** Where a stub leads whose function was never called: its pointer still leads to the loader. */
const nowhere = 0n;
/** Stubs of the linker that jump to each other. */
const mostJumps = 3;

/** How the calls and jumps of a machine are read. */
interface CallReader {
  readonly callBefore: (returnAddress: bigint, inputs: UnwindInputs) => CallInstruction | undefined;
  /** Where a stub of the linker leads; undefined when it cannot be followed. */
  readonly stubTarget: (address: bigint, inputs: UnwindInputs) => bigint | undefined | "none";
  /** Bytes from one possible jump to the next. */
  readonly step: number;
  readonly jumpTarget: (code: DataView, at: number, address: bigint) => bigint | undefined;
}

const x86: CallReader = {
  callBefore: x86Call,
  stubTarget: x86Jump,
  step: 1,
  jumpTarget: (code, at, address) =>
    code.getUint8(at) === 0xe9 ? address + BigInt(5 + code.getInt32(at + 1, true)) : undefined,
};

const arm64: CallReader = {
  callBefore: arm64Call,
  stubTarget: arm64Jump,
  step: 4,
  jumpTarget: (code, at, address) => {
    const word = code.getUint32(at, true);
    return word >>> 26 === 5 ? address + branchDistance(word) : undefined;
  },
};

const readers: Readonly<Partial<Record<ArchitectureName, CallReader>>> = {
  x86_64: x86,
  i386: x86,
  aarch64: arm64,
};

/** Whether calls of a machine can be told from other code. */
export function readsCalls({ architecture: { name } }: UnwindInputs): boolean {
  return readers[name] !== undefined;
}

/** @returns undefined when no call stands there, or the code cannot be read */
export function callBefore(returnAddress: bigint, inputs: UnwindInputs): CallInstruction | undefined {
  return readers[inputs.architecture.name]?.callBefore(returnAddress, inputs);
}

function x86Call(returnAddress: bigint, inputs: UnwindInputs): CallInstruction | undefined {
  const code = inputs.memory.bytes(returnAddress - BigInt(longestCall), longestCall);
  if (code.length < longestCall) return undefined;
  const view = new DataView(code.buffer, code.byteOffset, code.byteLength);
  if (code[longestCall - 5] === 0xe8) {
    const target = wrapped(returnAddress + BigInt(view.getInt32(longestCall - 4, true)), inputs);
    return targetOf(jumpTarget(target, inputs));
  }
  for (let length = 2; length <= longestCall; length++) {
    const at = longestCall - length;
    if (code[at] !== 0xff || lengthOfIndirectCall(code, at) !== length) continue;
    const modRm = code[at + 1]!;
    if ((modRm & 0xc7) !== 5) return {};
    return targetOf(pointerAt(view.getInt32(at + 2, true), returnAddress, inputs));
  }
  return undefined;
}

/** True when a function that was left by a jump to the code at `to` ends with such a jump. */
export function jumpsInto(
  code: { readonly start: bigint; readonly bytes: number },
  to: { readonly start: bigint; readonly end: bigint },
  inputs: UnwindInputs,
): boolean {
  const bytes = inputs.memory.bytes(code.start, Math.min(code.bytes, 64 << 10));
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const reader = readers[inputs.architecture.name];
  if (reader === undefined) return false;
  for (let at = 0; at + 5 <= bytes.length; at += reader.step) {
    const found = reader.jumpTarget(view, at, code.start + BigInt(at));
    const target = found === undefined ? undefined : wrapped(found, inputs);
    if (target !== undefined && target >= to.start && target < to.end) return true;
  }
  return false;
}

/** mov (%esp), %register; ret: how code on i386 learns where it is. It makes no frame, and leaves its return address behind. */
export function isOwnAddressThunk(address: bigint, { memory }: UnwindInputs): boolean {
  const code = memory.bytes(address, 4);
  return code[0] === 0x8b && (code[1]! & 0xc7) === 0x04 && code[2] === 0x24 && code[3] === 0xc3;
}

function targetOf(target: bigint | undefined): CallInstruction {
  return target === undefined ? {} : { target };
}

/** The length that ModRM and SIB give `FF /2`; undefined for other instructions. */
function lengthOfIndirectCall(code: Uint8Array, at: number): number | undefined {
  const modRm = code[at + 1] ?? 0;
  if (((modRm >> 3) & 7) !== 2) return undefined;
  const mode = modRm >> 6;
  const base = modRm & 7;
  if (mode === 3) return 2;
  const hasSib = base === 4;
  const displacement =
    mode === 1 ? 1 : mode === 2 || base === 5 || (hasSib && ((code[at + 2] ?? 0) & 7) === 5) ? 4 : 0;
  return 2 + (hasSib ? 1 : 0) + displacement;
}

/** What `*displacement(%rip)`, or an absolute address on i386, points to. */
function pointerAt(displacement: number, next: bigint, inputs: UnwindInputs): bigint | undefined {
  const at = inputs.memory.pointerBytes === 8 ? next + BigInt(displacement) : BigInt(displacement >>> 0);
  return inputs.memory.pointer(at);
}

/** Follows jumps of the linker's stubs; undefined when one cannot be followed. */
function jumpTarget(address: bigint, inputs: UnwindInputs): bigint | undefined {
  let at = address;
  for (let jumps = 0; jumps < mostJumps; jumps++) {
    const next = readers[inputs.architecture.name]?.stubTarget(at, inputs);
    if (next === "none") return at;
    if (next === undefined) return undefined;
    at = next;
  }
  return at;
}

/** [endbr] [bnd] jmp: `e9 rel32`, `ff 25` through a pointer, `ff a3` at a distance from %ebx. */
function x86Jump(address: bigint, inputs: UnwindInputs): bigint | undefined | "none" {
  const code = inputs.memory.bytes(address, 11);
  const view = new DataView(code.buffer, code.byteOffset, code.byteLength);
  // endbr64 and endbr32 differ in their last bit.
  const hasLandingPad = code.length >= 4 && view.getUint32(0, false) >>> 1 === 0xf30f1efa >>> 1;
  let at = hasLandingPad ? 4 : 0;
  if (code[at] === 0xf2) at++;
  if (at + 6 > code.length) return "none";
  const displacement = () => view.getInt32(at + 2, true);
  if (code[at] === 0xff && code[at + 1] === 0x25)
    return pointerAt(displacement(), address + BigInt(at + 6), inputs);
  if (code[at] === 0xff && code[at + 1] === 0xa3) return throughOffsets(address, displacement(), inputs);
  // push $number, for the loader.
  if (code[at] === 0x68) return nowhere;
  if (code[at] !== 0xe9) return "none";
  return wrapped(address + BigInt(at + 5 + view.getInt32(at + 1, true)), inputs);
}

/** In position-independent code of i386 that register has the same address throughout a module. */
function throughOffsets(
  stub: bigint,
  distance: number,
  { memory, moduleAt }: UnwindInputs,
): bigint | undefined {
  const offsets = memory.pointerBytes === 4 ? moduleAt(stub)?.globalOffsets : undefined;
  return offsets === undefined ? undefined : memory.pointer(offsets + BigInt(distance));
}

/** Arm Architecture Reference Manual C6.2: BL, and BLR with or without authentication. */
function arm64Call(returnAddress: bigint, inputs: UnwindInputs): CallInstruction | undefined {
  const word = inputs.memory.u32(returnAddress - 4n);
  if (word === undefined || returnAddress % 4n !== 0n) return undefined;
  if (word >>> 26 === 0x25) return targetOf(jumpTarget(returnAddress - 4n + branchDistance(word), inputs));
  const isBranchToRegister = (word & 0xfe_ff_f0_00) >>> 0 === 0xd6_3f_00_00;
  return isBranchToRegister ? {} : undefined;
}

/** The signed 26-bit distance of B and BL, in bytes. */
function branchDistance(word: number): bigint {
  return BigInt((word << 6) >> 6) * 4n;
}

/** A stub: [bti c]; adrp x16, page; ldr x17, [x16, offset]; …; br x17. Or a branch. */
function arm64Jump(address: bigint, inputs: UnwindInputs): bigint | undefined | "none" {
  const { memory } = inputs;
  const first = memory.u32(address);
  const at = first === 0xd503245f ? address + 4n : address;
  const page = memory.u32(at);
  const load = memory.u32(at + 4n);
  if (page === undefined || load === undefined) return "none";
  // stp x16, x30, [sp, #-16]!, for the loader.
  if (page === 0xa9bf7bf0) return nowhere;
  if (page >>> 26 === 5) return at + branchDistance(page);
  if ((page & 0x9f_00_00_1f) >>> 0 !== 0x90_00_00_10 || (load & 0xff_c0_03_ff) >>> 0 !== 0xf9_40_02_11)
    return "none";
  const pages = (((page << 8) >> 13) << 2) | ((page >>> 29) & 3);
  const slot = (at & -4096n) + BigInt(pages) * 4096n + BigInt(((load >>> 10) & 0xfff) * 8);
  return memory.pointer(slot);
}

function wrapped(address: bigint, { memory }: UnwindInputs): bigint {
  return BigInt.asUintN(memory.pointerBytes === 8 ? 64 : 32, address);
}
