import { machine } from "./constants";
import { textAt, wordAt } from "./elfFile";
import { type ElfEncoding, type ElfHeader, viewOf } from "./elfTables";

/** NT_PRSTATUS of MIPS n32, whose registers have 64 bits in a file of 32. */
const n32StatusBytes = 440;

/** True when a note of a 32-bit MIPS core is one of n32: nothing else in the core tells. */
export function isN32Status({ machine: number, bits }: ElfHeader, bytes: number): boolean {
  return number === machine.mips && bits === 32 && bytes >= n32StatusBytes;
}

/** What NT_PRSTATUS says of one thread. */
export interface PrStatus {
  readonly lwp: number;
  /** Signal being delivered, 0 for none. */
  readonly signal: number;
  /** General registers in the order of the machine's `user_regs_struct`. */
  readonly registers: readonly bigint[];
}

/** What NT_PRPSINFO says of the process. */
export interface PrPsInfo {
  readonly pid: number;
  readonly parentPid: number;
  /** Name of the main thread, at most 15 bytes. */
  readonly name: string;
  /** Command line, at most 79 bytes, arguments joined by spaces. */
  readonly commandLine: string;
}

/** What NT_SIGINFO says (`siginfo_t`). */
export interface SigInfo {
  readonly number: number;
  readonly code: number;
  readonly errno: number;
  /** `si_addr`; only meaningful for faults. */
  readonly address: bigint;
  /** `si_pid` and `si_uid`; only meaningful for sent signals. */
  readonly senderPid: number;
  readonly senderUid: number;
  /** `si_syscall` and `si_arch`: only meaningful for SIGSYS. */
  readonly systemCall?: { readonly number: number; readonly machine: number };
}

/** One line of NT_FILE, or of another list of mapped files. */
export interface MappedFile {
  readonly start: bigint;
  readonly end: bigint;
  /** Offset in the mapped file, in bytes. */
  readonly fileOffset: number;
  readonly path: string;
  /** See `segmentFlag`; NT_FILE does not have them. */
  readonly flags?: number;
}

/**
 * `struct elf_prstatus` of Linux (`linux/elfcore.h`): how many words of registers there are, by machine and width.
 * Where they and the thread's number are only depends on the width.
 */
const registerCounts: Readonly<Record<number, Readonly<Partial<Record<32 | 64, number>>>>> = {
  [machine.x86_64]: { 64: 27 },
  [machine.aarch64]: { 64: 34 },
  [machine.i386]: { 32: 17 },
  [machine.arm]: { 32: 18 },
  [machine.riscv]: { 64: 32 },
  [machine.ppc64]: { 64: 48 },
  [machine.ppc]: { 32: 48 },
  // Half of them are access registers, of 32 bits in both widths.
  [machine.s390]: { 64: 27, 32: 35 },
  [machine.mips]: { 64: 45, 32: 45 },
};

export const statusPlaces = {
  64: { lwp: 32, times: [48, 112], registers: 112 },
  32: { lwp: 24, times: [40, 72], registers: 72 },
} as const;

/** Undefined for machines that are not known. */
export function registerCountOf({ machine: number, bits }: Pick<ElfHeader, "machine" | "bits">) {
  return registerCounts[number]?.[bits];
}

/** @returns undefined for an unknown machine or contents that are too short. */
export function prStatusOf(bytes: Uint8Array, header: ElfHeader): PrStatus | undefined {
  const { bits, littleEndian } = header;
  const places = statusPlaces[bits];
  const count = registerCountOf(header);
  const word = bits / 8;
  if (count === undefined || bytes.length < places.registers + count * word) return undefined;
  const view = viewOf(bytes);
  const registers: bigint[] = [];
  for (let i = 0; i < count; i++) registers.push(wordAt(bytes, places.registers + i * word, header));
  return {
    lwp: view.getInt32(places.lwp, littleEndian),
    signal: view.getInt16(12, littleEndian),
    registers,
  };
}

/** Machines of 32 bits whose `elf_prpsinfo` has user ids of 32 bits; others have them of 16. */
const wideUserIds: ReadonlySet<number> = new Set([machine.ppc, machine.mips]);

/** `struct elf_prpsinfo`. */
export function prPsInfoPlaces({ bits, machine: number }: Pick<ElfHeader, "machine" | "bits">) {
  if (bits === 64) return { pid: 24, name: 40, commandLine: 56, end: 136 };
  const more = wideUserIds.has(number) ? 4 : 0;
  return { pid: 12 + more, name: 28 + more, commandLine: 44 + more, end: 124 + more };
}

export function prPsInfoOf(bytes: Uint8Array, header: ElfHeader): PrPsInfo | undefined {
  const { littleEndian } = header;
  const { pid, name, commandLine, end: length } = prPsInfoPlaces(header);
  if (bytes.length < length) return undefined;
  const view = viewOf(bytes);
  return {
    pid: view.getInt32(pid, littleEndian),
    parentPid: view.getInt32(pid + 4, littleEndian),
    name: textAt(bytes.subarray(name, name + 16), 0),
    commandLine: textAt(bytes.subarray(commandLine, commandLine + 80), 0).trimEnd(),
  };
}

/** `siginfo_t` begins with number, errno, code; on MIPS the code comes before errno. */
export function sigInfoOf(bytes: Uint8Array, header: ElfHeader): SigInfo | undefined {
  const { bits, littleEndian, machine: number } = header;
  const [errno, code] = number === machine.mips ? [8, 4] : [4, 8];
  const fields = bits === 64 ? 16 : 12;
  if (bytes.length < fields + 8) return undefined;
  const view = viewOf(bytes);
  return {
    number: view.getInt32(0, littleEndian),
    errno: view.getInt32(errno, littleEndian),
    code: view.getInt32(code, littleEndian),
    address: wordAt(bytes, fields, header),
    senderPid: view.getInt32(fields, littleEndian),
    senderUid: view.getUint32(fields + 4, littleEndian),
    ...(bytes.length < fields + bits / 8 + 8
      ? {}
      : {
          systemCall: {
            number: view.getInt32(fields + bits / 8, littleEndian),
            machine: view.getUint32(fields + bits / 8 + 4, littleEndian),
          },
        }),
  };
}

/** The auxiliary vector, tag to value; stops at AT_NULL. */
export function auxiliaryVectorOf(bytes: Uint8Array, encoding: ElfEncoding): Map<number, bigint> {
  const entries = new Map<number, bigint>();
  const pair = encoding.bits / 4;
  for (let at = 0; at + pair <= bytes.length; at += pair) {
    const tag = wordAt(bytes, at, encoding);
    if (tag === 0n) break;
    entries.set(Number(tag), wordAt(bytes, at + pair / 2, encoding));
  }
  return entries;
}

/**
 * NT_FILE (`fs/binfmt_elf.c`, fill_files_note): count, page size, then start, end and offset in pages for each
 * mapping, then the names in the same order.
 */
export function mappedFilesOf(bytes: Uint8Array, encoding: ElfEncoding): MappedFile[] {
  const word = encoding.bits / 8;
  if (bytes.length < 2 * word) return [];
  const pageSize = Number(wordAt(bytes, word, encoding));
  const fits = Math.floor((bytes.length - 2 * word) / (3 * word));
  const count = Math.min(Number(wordAt(bytes, 0, encoding)), fits);
  const mappings: MappedFile[] = [];
  let name = 2 * word + count * 3 * word;
  for (let i = 0; i < count; i++) {
    const at = 2 * word + i * 3 * word;
    const nameEnd = bytes.indexOf(0, name);
    const [start, end] = [wordAt(bytes, at, encoding), wordAt(bytes, at + word, encoding)];
    const fileOffset = Number(wordAt(bytes, at + 2 * word, encoding)) * pageSize;
    // Nothing is mapped backwards: the note is damaged there.
    if (end > start) mappings.push({ start, end, fileOffset, path: textAt(bytes, name) });
    name = nameEnd < 0 ? bytes.length : nameEnd + 1;
  }
  return mappings;
}
