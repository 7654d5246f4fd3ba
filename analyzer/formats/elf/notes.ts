import type { ByteSource } from "../../base/byteSource";
import { readUpTo } from "../../base/byteSource";
import type { ProblemList } from "../../base/problems";
import { gnuNote, sectionType, segmentType } from "./constants";
import type { ElfFile } from "./elfFile";
import { viewOf } from "./elfTables";
import { findNote, noteHeaderBytes } from "./findNote";

/** One note, without its contents. */
export interface ElfNote {
  /** `CORE`, `LINUX`, `GNU`, … */
  readonly owner: string;
  readonly type: number;
  /** Where its contents are in the file. */
  readonly offset: number;
  readonly bytes: number;
}

/** The longest there are have a dozen letters. */
const mostOwnerBytes = 64;
/** A page: more zeros between notes are their end. */
const mostPaddingBytes = 4096;
/** A process of 100 000 threads has about ten notes each. */
const maximumNotes = 4_000_000;

/**
 * Lists the notes of one segment or section (gABI "Note Section"; owner and contents are padded to 4 bytes even
 * in 64-bit files, as Linux and GNU write them). Contents are not read.
 */
export function listNotes(
  source: ByteSource,
  offset: number,
  bytes: number,
  littleEndian: boolean,
  problems: ProblemList,
): ElfNote[] {
  const notes: ElfNote[] = [];
  const end = Math.min(offset + bytes, source.byteLength);
  if (end < offset + bytes) {
    problems.add({
      code: "notes-truncated",
      message: `The notes are ${bytes} bytes at offset ${offset}; the file ends after ${Math.max(0, end - offset)} of them.`,
      offset,
      losesData: true,
    });
  }
  let at = offset;
  let note = noteAt(source, at, end, littleEndian);
  while (note !== undefined && notes.length < maximumNotes) {
    if (note === "damaged") {
      const found = findNote(source, { from: at + 4, before: end, end, littleEndian });
      reportPassedOver(at, (found ?? end) - at, problems);
      if (found === undefined) break;
      at = found;
      note = noteAt(source, at, end, littleEndian);
      continue;
    }
    const after = note.offset + padded(note.bytes);
    const next = noteAt(source, after, end, littleEndian);
    // A size too large, but not past the end, shows where the next note should stand.
    const within =
      next === "damaged"
        ? findNote(source, { from: note.offset, before: after, end, littleEndian })
        : undefined;
    if (within === undefined) {
      notes.push(note);
      at = after;
      note = next;
    } else {
      reportPassedOver(at, within - at, problems);
      notes.push({ ...note, bytes: within - note.offset });
      at = within;
      note = noteAt(source, at, end, littleEndian);
    }
  }
  return notes;
}

/** @returns undefined where the notes end */
function noteAt(
  source: ByteSource,
  at: number,
  end: number,
  littleEndian: boolean,
): ElfNote | "damaged" | undefined {
  if (at + noteHeaderBytes > end) return undefined;
  const head = readUpTo(source, at, noteHeaderBytes + mostOwnerBytes);
  // In the memory of a process there may be nothing where the headers of a module point to.
  if (head.length < noteHeaderBytes) return undefined;
  const view = viewOf(head);
  const ownerBytes = view.getUint32(0, littleEndian);
  const bytes = view.getUint32(4, littleEndian);
  const type = view.getUint32(8, littleEndian);
  const offset = at + noteHeaderBytes + padded(ownerBytes);
  if (ownerBytes === 0 && bytes === 0 && type === 0)
    return isPadding(source, at, end) ? undefined : "damaged";
  if (offset + bytes > end || ownerBytes > mostOwnerBytes) return "damaged";
  const named = head.subarray(noteHeaderBytes, noteHeaderBytes + ownerBytes);
  const owner = ownerOf(named);
  const isText = /^[ -~]*$/.test(owner) && named.subarray(owner.length).every((byte) => byte === 0);
  if (!isText) return "damaged";
  return { owner, type, offset, bytes };
}

/** Whether nothing follows but zeros: notes may end before their segment does. */
function isPadding(source: ByteSource, at: number, end: number): boolean {
  return readUpTo(source, at, Math.min(end - at, mostPaddingBytes)).every((byte) => byte === 0);
}

function reportPassedOver(offset: number, bytes: number, problems: ProblemList): void {
  problems.add({
    code: "note-damaged",
    message: `The note at offset ${offset} is damaged; ${bytes} bytes were passed over up to the next one.`,
    offset,
    losesData: true,
  });
}

/** The build id of an executable or library: its GNU note, found by segment or by section. */
export function buildIdOf(elf: ElfFile, problems: ProblemList): string | undefined {
  const places = [
    ...elf.segments
      .filter((segment) => segment.type === segmentType.note)
      .map((segment) => ({ offset: segment.offset, bytes: segment.fileBytes })),
    ...elf.sections.filter((section) => section.type === sectionType.note),
  ];
  for (const { offset, bytes } of places) {
    if (bytes > 1 << 20) continue;
    const note = listNotes(elf.source, offset, bytes, elf.header.littleEndian, problems).find(
      ({ owner, type }) => owner === "GNU" && type === gnuNote.buildId,
    );
    if (note !== undefined && note.bytes > 0 && note.bytes <= 64) {
      return hexOf(readUpTo(elf.source, note.offset, note.bytes));
    }
  }
  return undefined;
}

function padded(bytes: number): number {
  return Math.ceil(bytes / 4) * 4;
}

function ownerOf(bytes: Uint8Array): string {
  const end = bytes.indexOf(0);
  let text = "";
  for (const byte of end < 0 ? bytes : bytes.subarray(0, end)) text += String.fromCharCode(byte);
  return text;
}

function hexOf(bytes: Uint8Array): string {
  let text = "";
  for (const byte of bytes) text += byte.toString(16).padStart(2, "0");
  return text;
}
