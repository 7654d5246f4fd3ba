import { machine } from "./constants";

/** Machines by `e_machine`, for a file that is refused: from the gABI's list. */
const machineNames: Readonly<Record<number, string>> = {
  2: "32-bit SPARC",
  [machine.i386]: "i386",
  4: "Motorola 68000",
  8: "MIPS",
  15: "PA-RISC",
  18: "SPARC",
  20: "32-bit PowerPC",
  21: "64-bit PowerPC",
  22: "s390",
  [machine.arm]: "32-bit Arm",
  42: "SuperH",
  43: "64-bit SPARC",
  50: "Itanium",
  [machine.x86_64]: "x86-64",
  [machine.aarch64]: "aarch64",
  243: "RISC-V",
  258: "LoongArch",
  36902: "Alpha",
};

/** What is read of these machines, and the name of the other width. */
const readWidths: Readonly<Record<number, { readonly bits: 32 | 64; readonly other: string }>> = {
  [machine.x86_64]: { bits: 64, other: "x32 (32-bit pointers on x86-64)" },
  [machine.aarch64]: { bits: 64, other: "ILP32 (32-bit pointers on aarch64)" },
  [machine.i386]: { bits: 32, other: "i386 with 64-bit addresses" },
  [machine.arm]: { bits: 32, other: "32-bit Arm with 64-bit addresses" },
};

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

/**
 * The machine of an ELF file that is not read, in words: `big-endian s390`, `x32 (…)`.
 * @param head the first 20 bytes
 * @returns undefined for the machines that are read, and for what is not an ELF file
 */
export function foreignMachineOf(head: Uint8Array): string | undefined {
  const isElf = head[0] === 0x7f && head[1] === 0x45 && head[2] === 0x4c && head[3] === 0x46;
  if (!isElf || head.length < 20 || (head[4] !== 1 && head[4] !== 2)) return undefined;
  const isBig = head[5] === 2;
  const number = isBig ? head[18]! * 256 + head[19]! : head[19]! * 256 + head[18]!;
  const bits = head[4] === 2 ? 64 : 32;
  const read = readWidths[number];
  if (!isBig && read !== undefined) return bits === read.bits ? undefined : read.other;
  const name = machineNames[number] ?? `machine number ${number}`;
  const wide = number === 22 && bits === 64 ? "s390x" : name;
  return isBig ? `big-endian ${wide}` : wide;
}

/**
 * The system whose processes are not read and that wrote a core: `NetBSD`.
 * @param noteOwners of all notes of the core
 */
export function foreignSystemOf(head: Uint8Array, noteOwners: readonly string[]): string | undefined {
  const byNote = systemsOfNotes.find((name) => noteOwners.some((owner) => owner.startsWith(name)));
  return byNote ?? systemNames[head[7] ?? 0];
}
