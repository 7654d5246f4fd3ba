import type { ProblemList } from "../../base/problems";
import { segmentFlag } from "./constants";
import { auxiliaryVectorOf, type MappedFile, type PrPsInfo } from "./coreNotes";
import { textAt, wordAt } from "./elfFile";
import { type ElfHeader, viewOf } from "./elfTables";
import { type FreebsdThread, freebsdOwner, freebsdThreadsOf } from "./freebsdNotes";
import type { ElfNote } from "./notes";

/** What FreeBSD's notes say, in Linux's terms. */
export interface FreebsdNotes {
  readonly threads: readonly FreebsdThread[];
  readonly process?: PrPsInfo;
  readonly auxiliaryVector: Map<number, bigint>;
  readonly fileMappings: MappedFile[];
}

/** Of the process (`sys/elf_common.h`). */
const processNote = { information: 3, process: 8, mappings: 10, auxiliaryVector: 16 } as const;
/** `prpsinfo_t` of 64 bits (`sys/procfs.h`). */
const information = { version: 0, bytes: 8, name: 16, commandLine: 33, pid: 116, end: 120 } as const;
/** `struct kinfo_proc` of 64 bits (`sys/user.h`), behind its size. */
const ownProcess = { bytes: 1088, pid: 76, parent: 80 } as const;
/** `struct kinfo_vmentry` (`sys/user.h`): `path` fills the rest of an entry, of which the kernel writes what is used. */
const mapping = {
  type: 4,
  start: 8,
  end: 16,
  offset: 24,
  protection: 56,
  path: 136,
  most: 1160,
  ofFile: 2,
} as const;
/** `KVME_PROT_READ`, `_WRITE` and `_EXEC`. */
const mayBe = { read: 1, write: 2, execute: 4 } as const;
/** `Elf_Auxinfo` of 64 bits. */
const auxiliaryBytes = 16;
/** Tags up to `AT_EGID` are Linux's; of the others only the name of the executable is, by another number. */
const lastSharedTag = 14;
const executableName = { freebsd: 15, linux: 31 } as const;

/**
 * The notes of a FreeBSD core, by the headers of its kernel.
 * @returns undefined for what {@link freebsdThreadsOf} does not read
 */
export function freebsdNotesOf(
  notes: readonly ElfNote[],
  header: ElfHeader,
  bytesOf: (note: ElfNote) => Uint8Array,
  problems: ProblemList,
): FreebsdNotes | undefined {
  const reportUnreadable = (what: string, { bytes, offset }: ElfNote) =>
    problems.add({
      code: "note-unreadable",
      message: `A note of ${bytes} bytes with ${what} does not have the layout of FreeBSD's headers: it was left out.`,
      offset,
      losesData: true,
    });
  const threads = freebsdThreadsOf(notes, header, bytesOf, reportUnreadable);
  if (threads === undefined) return undefined;
  /** The first note of a type by its reader, which gives undefined for a layout that is not known. */
  const read = <Value>(type: number, what: string, reader: (bytes: Uint8Array) => Value | undefined) => {
    const note = notes.find((each) => each.owner === freebsdOwner && each.type === type);
    const value = note && reader(bytesOf(note));
    if (note !== undefined && value === undefined) reportUnreadable(what, note);
    return value;
  };
  const ids = read(processNote.process, "the process's numbers (NT_PROCSTAT_PROC)", (bytes) =>
    idsOf(bytes, header),
  );
  const named = read(processNote.information, "the process's names (NT_PRPSINFO)", (bytes) =>
    informationOf(bytes, header),
  );
  const vector = read(processNote.auxiliaryVector, "the auxiliary vector (NT_PROCSTAT_AUXV)", (bytes) =>
    vectorOf(bytes, header),
  );
  const mappings = read(processNote.mappings, "mapped files (NT_PROCSTAT_VMMAP)", (bytes) =>
    mappingsOf(bytes, header),
  );
  return {
    threads,
    ...(named === undefined ? {} : { process: { ...named, ...ids } }),
    auxiliaryVector: vector ?? new Map(),
    fileMappings: mappings ?? [],
  };
}

/** Whether a note begins with the size that its structure is known to have. */
function saysSize(bytes: Uint8Array, size: number, { littleEndian }: ElfHeader): boolean {
  return bytes.length >= 4 && viewOf(bytes).getInt32(0, littleEndian) === size;
}

function idsOf(bytes: Uint8Array, header: ElfHeader): Pick<PrPsInfo, "pid" | "parentPid"> | undefined {
  if (!saysSize(bytes, ownProcess.bytes, header) || bytes.length < 4 + ownProcess.bytes) return undefined;
  const view = viewOf(bytes);
  return {
    pid: view.getInt32(ownProcess.pid, header.littleEndian),
    parentPid: view.getInt32(ownProcess.parent, header.littleEndian),
  };
}

function informationOf(bytes: Uint8Array, header: ElfHeader): PrPsInfo | undefined {
  if (bytes.length !== information.end) return undefined;
  const view = viewOf(bytes);
  const isKnown =
    view.getInt32(information.version, header.littleEndian) === 1 &&
    wordAt(bytes, information.bytes, header) === BigInt(information.end);
  if (!isKnown) return undefined;
  return {
    pid: view.getInt32(information.pid, header.littleEndian),
    parentPid: 0,
    name: textAt(bytes.subarray(information.name, information.commandLine), 0),
    commandLine: textAt(bytes.subarray(information.commandLine, information.commandLine + 81), 0).trimEnd(),
  };
}

function vectorOf(bytes: Uint8Array, header: ElfHeader): Map<number, bigint> | undefined {
  if (!saysSize(bytes, auxiliaryBytes, header)) return undefined;
  const own = auxiliaryVectorOf(bytes.subarray(4), header);
  const vector = new Map([...own].filter(([tag]) => tag <= lastSharedTag));
  const name = own.get(executableName.freebsd);
  if (name !== undefined) vector.set(executableName.linux, name);
  return vector;
}

/** Entries stand one behind the other, each as long as it says. */
function mappingsOf(bytes: Uint8Array, header: ElfHeader): MappedFile[] | undefined {
  if (!saysSize(bytes, mapping.most, header)) return undefined;
  const view = viewOf(bytes);
  const mappings: MappedFile[] = [];
  const flagsAt = (entry: number) => {
    const allowed = view.getInt32(entry + mapping.protection, header.littleEndian);
    const flag = (name: keyof typeof mayBe) => ((allowed & mayBe[name]) === 0 ? 0 : segmentFlag[name]);
    return flag("read") | flag("write") | flag("execute");
  };
  let at = 4;
  while (at + mapping.path <= bytes.length) {
    const size = view.getInt32(at, header.littleEndian);
    // The rest of the note was kept for mappings that were gone when it was written.
    if (size === 0) break;
    if (size < mapping.path || size > mapping.most || at + size > bytes.length) return undefined;
    const word = (place: number) => wordAt(bytes, at + place, header);
    const [start, end, fileOffset] = [word(mapping.start), word(mapping.end), Number(word(mapping.offset))];
    const path = textAt(bytes.subarray(at + mapping.path, at + size), 0);
    const isFile = view.getInt32(at + mapping.type, header.littleEndian) === mapping.ofFile && path !== "";
    if (isFile && end > start) mappings.push({ start, end, fileOffset, path, flags: flagsAt(at) });
    at += size;
  }
  return mappings;
}
