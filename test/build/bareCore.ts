import { closeSync, ftruncateSync, openSync, readSync, writeSync } from "node:fs";

const loadType = 1;
const noteType = 4;
const writable = 2;
const pageBytes = 4096;
const pieceBytes = 1 << 16;
const zeros = Buffer.alloc(pieceBytes);
const where = Buffer.from("/usr/lib/jvm/");
/** As long: offsets stay. */
const elsewhere = Buffer.from("/usr/LIB/jvm/");

/**
 * A copy of a core as the kernel writes it by default: of files that were mapped and not written to there is the first
 * page at most, and nothing lies between what is there. And the JDK is not where it was.
 */
export function withoutFilePages(core: string, copy: string): void {
  const file = openSync(core, "r");
  const out = openSync(copy, "w+");
  try {
    const header = bytesAt(file, 0, 64);
    const table = Number(header.readBigUInt64LE(32));
    const entryOf = (index: number) => bytesAt(file, table + 56 * index, 56);
    const entries = Array.from({ length: header.readUInt16LE(56) }, (_, index) => entryOf(index));
    const notes = entries.find((entry) => entry.readUInt32LE(0) === noteType)!;
    const notesAt = Number(notes.readBigUInt64LE(8));
    const notesEnd = notesAt + Number(notes.readBigUInt64LE(32));
    // A section table, which says nothing here, is at the end.
    header.fill(0, 40, 48);
    header.fill(0, 58, 64);
    copyBytes(file, out, { from: 0, to: 0, length: notesEnd });
    writeSync(out, header, 0, header.length, 0);
    moveJdk(out, notesAt, notesEnd - notesAt);
    let end = notesEnd;
    for (const [index, entry] of entries.entries()) {
      if (entry.readUInt32LE(0) !== loadType) continue;
      const from = Number(entry.readBigUInt64LE(8));
      const length = keptBytes(file, entry, from);
      const to = Math.ceil(end / pageBytes) * pageBytes;
      entry.writeBigUInt64LE(BigInt(to), 8);
      entry.writeBigUInt64LE(BigInt(length), 32);
      writeSync(out, entry, 0, entry.length, table + 56 * index);
      copyBytes(file, out, { from, to, length });
      end = to + length;
    }
    ftruncateSync(out, end);
  } finally {
    closeSync(file);
    closeSync(out);
  }
}

function keptBytes(file: number, entry: Buffer, from: number): number {
  const bytes = Number(entry.readBigUInt64LE(32));
  if (bytes === 0 || (entry.readUInt32LE(4) & writable) !== 0) return bytes;
  return bytesAt(file, from, 4).toString("latin1") === "\x7fELF" ? pageBytes : 0;
}

interface Stretch {
  readonly from: number;
  readonly to: number;
  readonly length: number;
}

/** Pieces of zeros become holes. */
function copyBytes(file: number, out: number, { from, to, length }: Stretch): void {
  for (let done = 0; done < length; done += pieceBytes) {
    const piece = bytesAt(file, from + done, Math.min(pieceBytes, length - done));
    if (!piece.equals(zeros.subarray(0, piece.length))) writeSync(out, piece, 0, piece.length, to + done);
  }
}

function moveJdk(file: number, start: number, length: number): void {
  const notes = bytesAt(file, start, length);
  for (let at = notes.indexOf(where); at >= 0; at = notes.indexOf(where, at)) elsewhere.copy(notes, at);
  writeSync(file, notes, 0, length, start);
}

function bytesAt(file: number, start: number, length: number): Buffer {
  const bytes = Buffer.alloc(length);
  readSync(file, bytes, 0, length, start);
  return bytes;
}
