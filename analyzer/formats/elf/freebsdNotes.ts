import { linuxCodeOf, linuxSignalOf } from "./bsdSignals";
import { coreNote, machine } from "./constants";
import type { PrStatus, SigInfo } from "./coreNotes";
import { textAt, wordAt } from "./elfFile";
import { type ElfHeader, viewOf } from "./elfTables";
import type { ElfNote } from "./notes";

/** The owner of all notes of a FreeBSD core. */
export const freebsdOwner = "FreeBSD";
/** Of one thread (`sys/elf_common.h`): behind its status, which begins it. */
const threadNote = {
  status: 1,
  floatingPoint: 2,
  name: 7,
  lwpInformation: 17,
  segmentBases: 0x200,
  armTls: 0x401,
} as const;

/** What a core says of a thread, in Linux's terms. */
export interface FreebsdThread extends PrStatus {
  readonly name?: string;
  readonly signalInfo?: SigInfo;
  readonly notes: readonly ElfNote[];
}

/** `prstatus_t` of 64 bits (`sys/procfs.h`). */
const status = { version: 0, bytes: 8, registerBytes: 16, signal: 36, lwp: 40, registers: 48 } as const;
const knownVersion = 1;
/** `pr_tname` of `thrmisc_t`. */
const nameBytes = 20;
/** `struct ptrace_lwpinfo` of 64 bits, behind its own size; `PL_FLAG_SI` says that there is a `siginfo_t`. */
const lwpInformation = { flags: 12, signalInfo: 52, end: 132, hasSignalInfo: 0x20 } as const;
/** `siginfo_t` of 64 bits. */
const signalInfo = { errno: 4, code: 8, pid: 12, uid: 16, address: 24 } as const;
/** What Linux says of a thread that is not in a system call. */
const inNoCall = 0xffff_ffff_ffff_ffffn;

interface MachineStatus {
  /** Of `struct reg` (`machine/reg.h`). */
  readonly registerBytes: number;
  /** In the order of Linux's NT_PRSTATUS. */
  readonly registers: (bytes: Uint8Array, bases: Uint8Array | undefined, header: ElfHeader) => bigint[];
}

const machines: Readonly<Record<number, MachineStatus>> = {
  [machine.x86_64]: {
    registerBytes: 176,
    registers: (bytes, bases, header) => {
      const words = (...places: number[]) => places.map((place) => wordAt(bytes, 8 * place, header));
      const selector = (at: number) => BigInt(viewOf(bytes).getUint16(at, header.littleEndian));
      const base = (at: number) => (bases === undefined ? 0n : wordAt(bases, at, header));
      return [
        ...words(0, 1, 2, 3, 10, 11, 4, 5, 6, 7, 14, 13, 12, 9, 8),
        ...[inNoCall, ...words(17, 18, 19, 20, 21), base(0), base(8)],
        ...[134, 132, 124, 126].map(selector),
      ];
    },
  },
  [machine.aarch64]: {
    registerBytes: 272,
    registers: (bytes, _, header) => [
      ...Array.from({ length: 33 }, (_unused, at) => wordAt(bytes, 8 * at, header)),
      BigInt(viewOf(bytes).getUint32(264, header.littleEndian)),
    ],
  },
};

/**
 * The threads of a FreeBSD core: its kernel writes the one that got the signal first.
 * @returns undefined for other systems and machines, and when a status has another version or size than is known
 */
export function freebsdThreadsOf(
  notes: readonly ElfNote[],
  header: ElfHeader,
  bytesOf: (note: ElfNote) => Uint8Array,
  reportUnreadable: (what: string, note: ElfNote) => void,
): readonly FreebsdThread[] | undefined {
  const own = header.bits === 64 ? machines[header.machine] : undefined;
  if (own === undefined) return undefined;
  const threads: FreebsdThread[] = [];
  for (const group of groupedByThread(notes)) {
    const bytes = statusBytesOf(group[0]!, own, header, bytesOf);
    if (bytes === undefined) return undefined;
    threads.push(threadOf(bytes, group, threads.length === 0));
  }
  return threads.length === 0 ? undefined : threads;

  function threadOf(bytes: Uint8Array, group: readonly ElfNote[], isFirst: boolean): FreebsdThread {
    const find = (type: number, what: string, isKnown: (contents: Uint8Array) => boolean) => {
      const note = group.find((each) => each.type === type);
      const contents = note && bytesOf(note);
      if (contents === undefined || isKnown(contents)) return contents;
      reportUnreadable(what, note!);
      return undefined;
    };
    const view = viewOf(bytes);
    const number = view.getInt32(status.signal, header.littleEndian);
    const bases = find(threadNote.segmentBases, "segment bases", ({ length }) => length === 16);
    const name = find(threadNote.name, "a thread's name (NT_THRMISC)", ({ length }) => length >= nameBytes);
    const said = isFirst
      ? find(threadNote.lwpInformation, "the signal (NT_PTLWPINFO)", (contents) =>
          isLwpInformation(contents, header),
        )
      : undefined;
    const information = said && signalInfoOf(said, number, header);
    const text = name === undefined ? "" : textAt(name.subarray(0, nameBytes), 0);
    return {
      lwp: view.getInt32(status.lwp, header.littleEndian),
      // The status of every thread has the signal of the process.
      signal: isFirst ? linuxSignalOf(number) : 0,
      registers: own!.registers(bytes.subarray(status.registers), bases, header),
      notes: group.flatMap(linuxNoteOf),
      ...(text === "" ? {} : { name: text }),
      ...(information === undefined ? {} : { signalInfo: information }),
    };
  }
}

/** The notes from each status to the next. */
function groupedByThread(notes: readonly ElfNote[]): ElfNote[][] {
  const groups: ElfNote[][] = [];
  for (const note of notes) {
    if (note.owner !== freebsdOwner) continue;
    if (note.type === threadNote.status) groups.push([note]);
    else groups.at(-1)?.push(note);
  }
  return groups;
}

function statusBytesOf(
  note: ElfNote,
  { registerBytes }: MachineStatus,
  header: ElfHeader,
  bytesOf: (note: ElfNote) => Uint8Array,
): Uint8Array | undefined {
  const size = status.registers + registerBytes;
  if (note.bytes !== size) return undefined;
  const bytes = bytesOf(note);
  if (bytes.length !== size) return undefined;
  const isKnown =
    viewOf(bytes).getInt32(status.version, header.littleEndian) === knownVersion &&
    wordAt(bytes, status.bytes, header) === BigInt(size) &&
    wordAt(bytes, status.registerBytes, header) === BigInt(registerBytes);
  return isKnown ? bytes : undefined;
}

/** Notes with the same contents as Linux's: x86's FXSAVE area, aarch64's vector registers and thread pointer. */
function linuxNoteOf(note: ElfNote): ElfNote[] {
  if (note.type === threadNote.floatingPoint) return [{ ...note, owner: "CORE", type: coreNote.fpRegSet }];
  return note.type === threadNote.armTls ? [{ ...note, owner: "LINUX", type: coreNote.armTls }] : [];
}

/** Whether the size before the structure is that of the note, and long enough for what is read of it. */
function isLwpInformation(bytes: Uint8Array, { littleEndian }: ElfHeader): boolean {
  return bytes.length >= lwpInformation.end && viewOf(bytes).getInt32(0, littleEndian) === bytes.length - 4;
}

function signalInfoOf(bytes: Uint8Array, signal: number, header: ElfHeader): SigInfo | undefined {
  const { littleEndian } = header;
  const view = viewOf(bytes);
  if ((view.getInt32(lwpInformation.flags, littleEndian) & lwpInformation.hasSignalInfo) === 0)
    return undefined;
  const int = (at: number) => view.getInt32(lwpInformation.signalInfo + at, littleEndian);
  // What is left of an earlier signal says nothing of this one.
  if (int(0) !== signal) return undefined;
  const code = linuxCodeOf({ number: signal, code: int(signalInfo.code) });
  if (code === undefined) return undefined;
  return {
    number: linuxSignalOf(signal),
    errno: int(signalInfo.errno),
    code,
    address: wordAt(bytes, lwpInformation.signalInfo + signalInfo.address, header),
    senderPid: int(signalInfo.pid),
    senderUid: view.getUint32(lwpInformation.signalInfo + signalInfo.uid, littleEndian),
  };
}
