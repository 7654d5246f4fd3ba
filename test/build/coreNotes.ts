import { readFileSync, writeFileSync } from "node:fs";

/** Types of notes in a core, see elf(5). */
export const noteTypes = { auxiliaryVector: 6, files: 0x46494c45 } as const;

/**
 * Copies a 64-bit little-endian core with notes of these types made unreadable: their type becomes one nobody knows.
 */
export function writeWithoutNotes(core: string, copy: string, types: readonly number[]): void {
  const bytes = readFileSync(core);
  const headers = Number(bytes.readBigUInt64LE(32));
  const count = bytes.readUInt16LE(56);
  for (let index = 0; index < count; index++) {
    const header = headers + index * 56;
    if (bytes.readUInt32LE(header) !== 4) continue;
    let at = Number(bytes.readBigUInt64LE(header + 8));
    const end = at + Number(bytes.readBigUInt64LE(header + 32));
    while (at < end) {
      const padded = (length: number) => (length + 3) & ~3;
      if (types.includes(bytes.readUInt32LE(at + 8))) bytes.writeUInt32LE(0x1111_1111, at + 8);
      at += 12 + padded(bytes.readUInt32LE(at)) + padded(bytes.readUInt32LE(at + 4));
    }
  }
  writeFileSync(copy, bytes);
}
