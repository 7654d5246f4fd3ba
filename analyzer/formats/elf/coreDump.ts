import { type ByteSource, readUpTo } from "../../base/byteSource";
import { CachedSource } from "../../base/cachedSource";
import { ExhumeError } from "../../base/errors";
import type { ProblemList } from "../../base/problems";
import { coreNote, segmentFlag, segmentType } from "./constants";
import {
  auxiliaryVectorOf,
  isN32Status,
  type MappedFile,
  mappedFilesOf,
  type PrPsInfo,
  type PrStatus,
  prPsInfoOf,
  prStatusOf,
  type SigInfo,
  sigInfoOf,
} from "./coreNotes";
import { isCore, readElfFile } from "./elfFile";
import type { ElfHeader, ElfSegment } from "./elfTables";
import { freebsdNotesOf } from "./freebsdProcess";
import { netbsdNotesOf } from "./netbsdNotes";
import { type ElfNote, listNotes } from "./notes";

/** One stretch of memory the core describes. Addresses: [start, end). */
export interface CoreSegment {
  readonly start: bigint;
  readonly end: bigint;
  readonly fileOffset: number;
  /** Bytes the writer put into the file, from `start` on; the rest up to `end` was left out on purpose. */
  readonly fileBytes: number;
  /** Bytes of those that the file at hand really has: fewer in a truncated core. */
  readonly dumpedBytes: number;
  /** See `segmentFlag`. */
  readonly flags: number;
}

/** One thread with the notes that follow its NT_PRSTATUS. */
export interface CoreDumpThread extends PrStatus {
  /** Where the core has names of threads. */
  readonly name?: string;
  readonly signalInfo?: SigInfo;
  readonly signalInfoNote?: ElfNote;
  /** All notes of this thread, for contents that are read when asked for (floating point, vectors, TLS). */
  readonly notes: readonly ElfNote[];
}

/** What is missing at the end of a core. */
export interface CoreTruncation {
  readonly fileBytes: number;
  /** What the program headers say the file must have. */
  readonly expectedBytes: number;
  readonly missingBytes: number;
  readonly segmentsCut: number;
  readonly segmentsLost: number;
}

/** A core file's tables and small notes; memory stays in the source. */
export interface CoreDump {
  readonly source: ByteSource;
  readonly header: ElfHeader;
  /** By address. */
  readonly segments: readonly CoreSegment[];
  /** In file order: the thread the writer put first is the crashing one when there was a crash. */
  readonly threads: readonly CoreDumpThread[];
  readonly process?: PrPsInfo;
  /** Process-wide, i.e. the crashing thread's. */
  readonly signalInfo?: SigInfo;
  readonly auxiliaryVector: ReadonlyMap<number, bigint>;
  readonly fileMappings: readonly MappedFile[];
  readonly truncation?: CoreTruncation;
  /** Every note not bound to a thread. */
  readonly notes: readonly ElfNote[];
  /** Of MIPS with 32-bit pointers and 64-bit registers. */
  readonly isN32?: true;
  /** The system that wrote it, where that is not Linux. */
  readonly system?: ForeignSystem;
}

/** Systems beside Linux whose cores are read. */
export type ForeignSystem = "NetBSD" | "FreeBSD";

const maximumNoteBytes = 64 << 20;

/**
 * Reads the tables and notes of a core file.
 * @throws ExhumeError `notADump` when it is not an ELF core.
 */
export function readCoreDump(file: ByteSource, problems: ProblemList): CoreDump {
  const source = new CachedSource(file);
  const elf = readElfFile(source, problems);
  if (!isCore(elf)) {
    throw new ExhumeError({
      code: "notADump",
      file: source.name,
      found: `it is an ELF file of type ${elf.header.type}, not a core (4)`,
    });
  }
  const loads = elf.segments.filter((segment) => segment.type === segmentType.load);
  const segments = coreSegments(loads, source.byteLength, elf.header.bits, problems);
  const truncation = truncationOf(elf.segments, source.byteLength);
  if (truncation !== undefined) problems.add(truncationProblem(truncation));
  const notes = elf.segments
    .filter((segment) => segment.type === segmentType.note)
    .flatMap((segment) =>
      listNotes(source, segment.offset, segment.fileBytes, elf.header.littleEndian, problems),
    );
  return {
    source,
    header: elf.header,
    segments,
    ...readNotes(source, elf.header, notes, problems),
    ...(truncation === undefined ? {} : { truncation }),
  };
}

function coreSegments(
  loads: readonly ElfSegment[],
  available: number,
  bits: 32 | 64,
  problems: ProblemList,
): CoreSegment[] {
  const top = 1n << BigInt(bits);
  const segments: CoreSegment[] = [];
  for (const load of loads) {
    const said = load.address + BigInt(Math.max(load.memoryBytes, load.fileBytes));
    if (said > top) {
      problems.add({
        code: "segment-beyond-memory",
        message: `A segment at 0x${load.address.toString(16)} says it is ${load.memoryBytes} bytes long, past the end of memory.`,
        offset: load.offset,
        losesData: true,
      });
      continue;
    }
    if (said === load.address) continue;
    segments.push({
      start: load.address,
      end: said,
      fileOffset: load.offset,
      fileBytes: load.fileBytes,
      dumpedBytes: Math.max(0, Math.min(load.fileBytes, available - load.offset)),
      flags: load.flags & (segmentFlag.read | segmentFlag.write | segmentFlag.execute),
    });
  }
  segments.sort((a, b) => (a.start < b.start ? -1 : a.start > b.start ? 1 : 0));
  return withoutOverlaps(segments, problems);
}

/** Lookups rest on segments that do not overlap; a hostile file may have others. */
function withoutOverlaps(segments: readonly CoreSegment[], problems: ProblemList): CoreSegment[] {
  const kept: CoreSegment[] = [];
  for (const segment of segments) {
    const before = kept.at(-1);
    if (before !== undefined && segment.start < before.end) {
      problems.add({
        code: "segments-overlap",
        message: `The segment at 0x${segment.start.toString(16)} overlaps the one before; it is left out.`,
        offset: segment.fileOffset,
        losesData: true,
      });
      continue;
    }
    kept.push(segment);
  }
  return kept;
}

function truncationOf(segments: readonly ElfSegment[], available: number): CoreTruncation | undefined {
  let expectedBytes = 0;
  let missingBytes = 0;
  let segmentsCut = 0;
  let segmentsLost = 0;
  for (const { offset, fileBytes } of segments) {
    if (fileBytes === 0) continue;
    expectedBytes = Math.max(expectedBytes, offset + fileBytes);
    const missing = Math.min(fileBytes, Math.max(0, offset + fileBytes - available));
    if (missing === 0) continue;
    missingBytes += missing;
    if (missing === fileBytes) segmentsLost++;
    else segmentsCut++;
  }
  if (missingBytes === 0) return undefined;
  return { fileBytes: available, expectedBytes, missingBytes, segmentsCut, segmentsLost };
}

function truncationProblem(truncation: CoreTruncation) {
  const { fileBytes, expectedBytes, missingBytes, segmentsCut, segmentsLost } = truncation;
  return {
    code: "truncated",
    message:
      `The core ends at ${fileBytes} bytes; its headers say ${expectedBytes}. ${missingBytes} bytes of memory are ` +
      `missing: ${segmentsLost} segments wholly, ${segmentsCut} in part.`,
    offset: fileBytes,
    losesData: true,
  };
}

interface NoteContents {
  threads: CoreDumpThread[];
  process?: PrPsInfo;
  signalInfo?: SigInfo;
  auxiliaryVector: Map<number, bigint>;
  fileMappings: MappedFile[];
  notes: ElfNote[];
  isN32?: true;
  system?: ForeignSystem;
}

function readNotes(
  source: ByteSource,
  header: ElfHeader,
  notes: readonly ElfNote[],
  problems: ProblemList,
): NoteContents {
  const bytesOf = (note: ElfNote) => readUpTo(source, note.offset, Math.min(note.bytes, maximumNoteBytes));
  const netbsd = netbsdNotesOf(notes, header, bytesOf);
  if (netbsd !== undefined)
    return { ...netbsd, threads: [...netbsd.threads], fileMappings: [], notes: [...notes], system: "NetBSD" };
  const freebsd = freebsdNotesOf(notes, header, bytesOf, problems);
  if (freebsd !== undefined) {
    const signalInfo = freebsd.threads[0]?.signalInfo;
    return {
      ...freebsd,
      threads: [...freebsd.threads],
      notes: [...notes],
      system: "FreeBSD",
      ...(signalInfo === undefined ? {} : { signalInfo }),
    };
  }
  const contents: NoteContents = {
    threads: [],
    auxiliaryVector: new Map(),
    fileMappings: [],
    notes: [],
  };
  let thread:
    | { status: PrStatus; signalInfo?: SigInfo; signalInfoNote?: ElfNote; notes: ElfNote[] }
    | undefined;
  const finishThread = () => {
    if (thread === undefined) return;
    const { status, notes: own, signalInfo, signalInfoNote } = thread;
    contents.threads.push({
      ...status,
      notes: own,
      ...(signalInfo === undefined ? {} : { signalInfo }),
      ...(signalInfoNote === undefined ? {} : { signalInfoNote }),
    });
  };
  for (const note of notes) {
    const bytes = () => bytesOf(note);
    const isCoreNote = note.owner === "CORE";
    if (isCoreNote && note.type === coreNote.prStatus) {
      if (isN32Status(header, note.bytes)) contents.isN32 = true;
      finishThread();
      thread = undefined;
      const status = prStatusOf(bytes(), header);
      if (status === undefined) problems.add(unreadableNote("thread status (NT_PRSTATUS)", note));
      else thread = { status, notes: [] };
    } else if (isCoreNote && note.type === coreNote.prPsInfo) {
      const process = prPsInfoOf(bytes(), header);
      if (process === undefined) problems.add(unreadableNote("process information (NT_PRPSINFO)", note));
      else contents.process ??= process;
    } else if (isCoreNote && note.type === coreNote.sigInfo) {
      const signalInfo = sigInfoOf(bytes(), header);
      if (signalInfo === undefined) {
        problems.add(unreadableNote("signal information (NT_SIGINFO)", note));
        continue;
      }
      contents.signalInfo ??= signalInfo;
      if (thread !== undefined) {
        thread.signalInfo ??= signalInfo;
        thread.signalInfoNote ??= note;
      }
    } else if (isCoreNote && note.type === coreNote.auxv) {
      if (contents.auxiliaryVector.size === 0) contents.auxiliaryVector = auxiliaryVectorOf(bytes(), header);
    } else if (isCoreNote && note.type === coreNote.file) {
      if (contents.fileMappings.length === 0) contents.fileMappings = mappedFilesOf(bytes(), header);
    } else if (thread !== undefined) {
      thread.notes.push(note);
    } else {
      contents.notes.push(note);
    }
  }
  finishThread();
  return contents;
}

function unreadableNote(what: string, note: ElfNote) {
  return {
    code: "note-unreadable",
    message: `A note with the ${what} of ${note.bytes} bytes is shorter than this machine's.`,
    offset: note.offset,
    losesData: true,
  };
}
