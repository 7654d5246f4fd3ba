import { type ByteSource, readUpTo } from "../../base/byteSource";
import { viewOf } from "./elfTables";

export const noteHeaderBytes = 12;
/** Owners have a few letters: `CORE`, `LINUX`, `FreeBSD`. */
const mostOwnerBytes = 32;
const chunkBytes = 64 << 10;

/**
 * The next place at which a note stands that is not damaged itself: an owner in letters with its zero, and contents that
 * fit. Looks at every fourth byte, as notes are aligned.
 * @returns undefined when none begins before `before` and fits before `end`
 */
export function findNote(
  source: ByteSource,
  {
    from,
    before,
    end,
    littleEndian,
  }: {
    readonly from: number;
    readonly before: number;
    readonly end: number;
    readonly littleEndian: boolean;
  },
): number | undefined {
  for (let start = from; start < before && start + noteHeaderBytes < end; start += chunkBytes) {
    const wanted = Math.min(chunkBytes + noteHeaderBytes + mostOwnerBytes, end - start);
    const bytes = readUpTo(source, start, wanted);
    const last = Math.min(chunkBytes, before - start, bytes.length - noteHeaderBytes);
    for (let at = 0; at < last; at += 4) if (isNote(bytes, at, end - start, littleEndian)) return start + at;
  }
  return undefined;
}

function isNote(bytes: Uint8Array, at: number, end: number, littleEndian: boolean): boolean {
  const view = viewOf(bytes);
  const ownerBytes = view.getUint32(at, littleEndian);
  const owner = at + noteHeaderBytes;
  if (ownerBytes < 3 || ownerBytes > mostOwnerBytes || owner + ownerBytes > bytes.length) return false;
  if (bytes[owner + ownerBytes - 1] !== 0) return false;
  for (let k = owner; k < owner + ownerBytes - 1; k++) if (!isLetter(bytes[k]!)) return false;
  return owner + Math.ceil(ownerBytes / 4) * 4 + view.getUint32(at + 4, littleEndian) <= end;
}

/** Letters, digits and what stands between them in names. */
function isLetter(byte: number): boolean {
  const isDigit = byte >= 0x30 && byte <= 0x39;
  const isAlphabetic = (byte | 0x20) >= 0x61 && (byte | 0x20) <= 0x7a;
  return isDigit || isAlphabetic || byte === 0x2d || byte === 0x2e || byte === 0x5f;
}
