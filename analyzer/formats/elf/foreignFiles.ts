import { machine } from "./constants";

/** Machines by `e_machine`, for a file that is refused: from the gABI's list. */
const machineNames: Readonly<Record<number, string>> = {
  2: "32-bit SPARC",
  [machine.i386]: "i386",
  4: "Motorola 68000",
  [machine.mips]: "MIPS",
  15: "PA-RISC",
  18: "SPARC",
  [machine.ppc]: "32-bit PowerPC",
  [machine.ppc64]: "64-bit PowerPC",
  [machine.s390]: "s390",
  [machine.arm]: "32-bit Arm",
  42: "SuperH",
  43: "64-bit SPARC",
  50: "Itanium",
  [machine.x86_64]: "x86-64",
  [machine.aarch64]: "aarch64",
  [machine.riscv]: "RISC-V",
  258: "LoongArch",
  36902: "Alpha",
};

type Variant = `${32 | 64} ${"little" | "big"}`;

/** What is read of machines: width and byte order. */
const readVariants: Readonly<Record<number, readonly Variant[]>> = {
  [machine.x86_64]: ["64 little"],
  [machine.aarch64]: ["64 little"],
  [machine.i386]: ["32 little"],
  [machine.arm]: ["32 little"],
  [machine.riscv]: ["64 little"],
  [machine.ppc64]: ["64 little", "64 big"],
  [machine.ppc]: ["32 big"],
  [machine.s390]: ["64 big", "32 big"],
  [machine.mips]: ["64 little", "64 big", "32 little", "32 big"],
};

/** Names of the width that is not read. */
const otherWidths: Readonly<Record<number, string>> = {
  [machine.x86_64]: "x32 (32-bit pointers on x86-64)",
  [machine.aarch64]: "ILP32 (32-bit pointers on aarch64)",
  [machine.i386]: "i386 with 64-bit addresses",
  [machine.arm]: "32-bit Arm with 64-bit addresses",
  [machine.riscv]: "32-bit RISC-V",
};

export const nameOfN32 = "MIPS n32 (32-bit pointers on 64-bit MIPS)";
/** EF_MIPS_ABI2 in `e_flags` of programs; cores have none. */
const mipsN32 = 0x20;

/** `EI_OSABI` of systems that are not Linux; Linux and most others write 0 or 3. */
const systemNames: Readonly<Record<number, string>> = {
  1: "HP-UX",
  2: "NetBSD",
  6: "Solaris",
  7: "AIX",
  8: "IRIX",
  9: "FreeBSD",
  12: "OpenBSD",
};

/** Owners of the notes of a core, which name the system where `EI_OSABI` does not. */
const systemsOfNotes = ["NetBSD", "OpenBSD", "FreeBSD"];

/** Of an ELF file, to tell whose it is. */
export const headBytes = 52;

/**
 * The machine of an ELF file that is not read, in words: `big-endian aarch64`, `x32 (…)`.
 * @param head the first {@link headBytes}
 * @returns undefined for the machines that are read, and for what is not an ELF file
 */
export function foreignMachineOf(head: Uint8Array): string | undefined {
  const isElf = head[0] === 0x7f && head[1] === 0x45 && head[2] === 0x4c && head[3] === 0x46;
  if (!isElf || head.length < 20 || (head[4] !== 1 && head[4] !== 2)) return undefined;
  const isBig = head[5] === 2;
  const number = isBig ? head[18]! * 256 + head[19]! : head[19]! * 256 + head[18]!;
  const bits = head[4] === 2 ? 64 : 32;
  const read = readVariants[number] ?? [];
  const flags = head[isBig ? 39 : 36] ?? 0;
  if (number === machine.mips && bits === 32 && (flags & mipsN32) !== 0) return nameOfN32;
  if (read.includes(`${bits} ${isBig ? "big" : "little"}`)) return undefined;
  const isOfWidth = read.length === 0 || read.some((variant) => variant.startsWith(`${bits}`));
  const name = isOfWidth ? undefined : otherWidths[number];
  const described = name ?? machineNames[number] ?? `machine number ${number}`;
  // The order is what is not read, unless the machine is not read at all.
  const order = isBig ? "big-endian " : read.length > 0 && isOfWidth ? "little-endian " : "";
  return order + described;
}

/**
 * The system whose processes are not read and that wrote a core: `NetBSD`.
 * @param noteOwners of all notes of the core
 */
export function foreignSystemOf(head: Uint8Array, noteOwners: readonly string[]): string | undefined {
  const byNote = systemsOfNotes.find((name) => noteOwners.some((owner) => owner.startsWith(name)));
  return byNote ?? systemNames[head[7] ?? 0];
}
