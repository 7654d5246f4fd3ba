import { closeSync, copyFileSync, openSync, readSync, writeSync } from "node:fs";

const loadType = 1;
const noteType = 4;
const writable = 2;
const pageBytes = 4096;
const where = Buffer.from("/usr/lib/jvm/");
/** As long: offsets stay. */
const elsewhere = Buffer.from("/usr/LIB/jvm/");

/**
 * A copy of a core as the kernel writes it by default: of files that were mapped and not written to there is the first
 * page at most. And the JDK is not where it was.
 */
export function withoutFilePages(core: string, copy: string): void {
  copyFileSync(core, copy);
  const file = openSync(copy, "r+");
  try {
    const header = bytesAt(file, 0, 64);
    const table = Number(header.readBigUInt64LE(32));
    for (let index = 0; index < header.readUInt16LE(56); index++) {
      const at = table + 56 * index;
      const entry = bytesAt(file, at, 56);
      const type = entry.readUInt32LE(0);
      const start = Number(entry.readBigUInt64LE(8));
      const bytes = Number(entry.readBigUInt64LE(32));
      if (type === noteType) moveJdk(file, start, bytes);
      if (type !== loadType || bytes === 0 || (entry.readUInt32LE(4) & writable) !== 0) continue;
      const isBegin = bytesAt(file, start, 4).toString("latin1") === "\x7fELF";
      entry.writeBigUInt64LE(BigInt(isBegin ? pageBytes : 0), 32);
      writeSync(file, entry, 0, 56, at);
    }
  } finally {
    closeSync(file);
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
