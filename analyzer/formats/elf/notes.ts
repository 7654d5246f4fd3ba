import type { ByteSource } from "../../base/byteSource";
import { readUpTo } from "../../base/byteSource";
import type { ProblemList } from "../../base/problems";
import { gnuNote, sectionType, segmentType } from "./constants";
import type { ElfFile } from "./elfFile";
import { viewOf } from "./elfTables";

/** One note, without its contents. */
export interface ElfNote {
  /** `CORE`, `LINUX`, `GNU`, … */
  readonly owner: string;
  readonly type: number;
  /** Where its contents are in the file. */
  readonly offset: number;
  readonly bytes: number;
}

const noteHeaderBytes = 12;
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
  while (at + noteHeaderBytes <= end) {
    const head = readUpTo(source, at, noteHeaderBytes + 64);
    // In the memory of a process there may be nothing where the headers of a module point to.
    if (head.length < noteHeaderBytes) break;
    const view = viewOf(head);
    const ownerBytes = view.getUint32(0, true);
    const contentBytes = view.getUint32(4, true);
    const content = at + noteHeaderBytes + padded(ownerBytes);
    if (ownerBytes === 0 && contentBytes === 0 && view.getUint32(8, true) === 0) break;
    if (content + contentBytes > end) {
      problems.add({
        code: "note-damaged",
        message: `The note at offset ${at} says ${ownerBytes} + ${contentBytes} bytes; ${end - at} are left.`,
        offset: at,
        losesData: true,
      });
      break;
    }
    notes.push({
      owner: ownerOf(head.subarray(noteHeaderBytes, noteHeaderBytes + Math.min(ownerBytes, 64))),
      type: view.getUint32(8, true),
      offset: content,
      bytes: contentBytes,
    });
    if (notes.length >= maximumNotes) break;
    at = content + padded(contentBytes);
  }
  return notes;
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
    const note = listNotes(elf.source, offset, bytes, problems).find(
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
