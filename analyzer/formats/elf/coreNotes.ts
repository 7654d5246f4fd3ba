import { machine } from "./constants";
import { textAt, wordAt } from "./elfFile";
import { viewOf } from "./elfTables";

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

/** One line of NT_FILE. */
export interface MappedFile {
  readonly start: bigint;
  readonly end: bigint;
  /** Offset in the mapped file, in bytes. */
  readonly fileOffset: number;
  readonly path: string;
}

interface StatusLayout {
  readonly lwp: number;
  readonly registers: number;
  readonly registerCount: number;
}

/** `struct elf_prstatus` of Linux (`linux/elfcore.h`): where the registers begin and how many there are. */
const statusLayouts: Readonly<Record<number, StatusLayout>> = {
  [machine.x86_64]: { lwp: 32, registers: 112, registerCount: 27 },
  [machine.aarch64]: { lwp: 32, registers: 112, registerCount: 34 },
  [machine.i386]: { lwp: 24, registers: 72, registerCount: 17 },
  [machine.arm]: { lwp: 24, registers: 72, registerCount: 18 },
};

/** @returns undefined for an unknown machine or contents that are too short. */
export function prStatusOf(bytes: Uint8Array, machineNumber: number, bits: 32 | 64): PrStatus | undefined {
  const layout = statusLayouts[machineNumber];
  const word = bits / 8;
  if (layout === undefined || bytes.length < layout.registers + layout.registerCount * word) return undefined;
  const view = viewOf(bytes);
  const registers: bigint[] = [];
  for (let i = 0; i < layout.registerCount; i++)
    registers.push(wordAt(bytes, layout.registers + i * word, bits));
  return { lwp: view.getInt32(layout.lwp, true), signal: view.getInt16(12, true), registers };
}

/** `struct elf_prpsinfo`; 32-bit i386 and arm have 16-bit user ids. */
export function prPsInfoOf(bytes: Uint8Array, bits: 32 | 64): PrPsInfo | undefined {
  const [pid, name, commandLine, length] = bits === 64 ? [24, 40, 56, 136] : [12, 28, 44, 124];
  if (bytes.length < length) return undefined;
  const view = viewOf(bytes);
  return {
    pid: view.getInt32(pid, true),
    parentPid: view.getInt32(pid + 4, true),
    name: textAt(bytes.subarray(name, name + 16), 0),
    commandLine: textAt(bytes.subarray(commandLine, commandLine + 80), 0).trimEnd(),
  };
}

export function sigInfoOf(bytes: Uint8Array, bits: 32 | 64): SigInfo | undefined {
  const fields = bits === 64 ? 16 : 12;
  if (bytes.length < fields + 8) return undefined;
  const view = viewOf(bytes);
  return {
    number: view.getInt32(0, true),
    errno: view.getInt32(4, true),
    code: view.getInt32(8, true),
    address: wordAt(bytes, fields, bits),
    senderPid: view.getInt32(fields, true),
    senderUid: view.getUint32(fields + 4, true),
    ...(bytes.length < fields + bits / 8 + 8
      ? {}
      : {
          systemCall: {
            number: view.getInt32(fields + bits / 8, true),
            machine: view.getUint32(fields + bits / 8 + 4, true),
          },
        }),
  };
}

/** The auxiliary vector, tag to value; stops at AT_NULL. */
export function auxiliaryVectorOf(bytes: Uint8Array, bits: 32 | 64): Map<number, bigint> {
  const entries = new Map<number, bigint>();
  const pair = bits / 4;
  for (let at = 0; at + pair <= bytes.length; at += pair) {
    const tag = wordAt(bytes, at, bits);
    if (tag === 0n) break;
    entries.set(Number(tag), wordAt(bytes, at + pair / 2, bits));
  }
  return entries;
}

/**
 * NT_FILE (`fs/binfmt_elf.c`, fill_files_note): count, page size, then start, end and offset in pages for each
 * mapping, then the names in the same order.
 */
export function mappedFilesOf(bytes: Uint8Array, bits: 32 | 64): MappedFile[] {
  const word = bits / 8;
  if (bytes.length < 2 * word) return [];
  const pageSize = Number(wordAt(bytes, word, bits));
  const fits = Math.floor((bytes.length - 2 * word) / (3 * word));
  const count = Math.min(Number(wordAt(bytes, 0, bits)), fits);
  const mappings: MappedFile[] = [];
  let name = 2 * word + count * 3 * word;
  for (let i = 0; i < count; i++) {
    const at = 2 * word + i * 3 * word;
    const nameEnd = bytes.indexOf(0, name);
    const [start, end] = [wordAt(bytes, at, bits), wordAt(bytes, at + word, bits)];
    const fileOffset = Number(wordAt(bytes, at + 2 * word, bits)) * pageSize;
    // Nothing is mapped backwards: the note is damaged there.
    if (end > start) mappings.push({ start, end, fileOffset, path: textAt(bytes, name) });
    name = nameEnd < 0 ? bytes.length : nameEnd + 1;
  }
  return mappings;
}
