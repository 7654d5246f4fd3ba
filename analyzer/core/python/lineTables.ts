/** A place in a source; columns count from 1, in bytes. */
export interface SourcePlace {
  readonly line: number;
  readonly column?: number;
}

/** Kinds of entries since 3.11; those below are one line with columns packed in the next byte. */
const entryKind = { oneLine: 10, noColumns: 13, long: 14, none: 15 } as const;

/**
 * The line of an instruction, by the table of its code object.
 * @param offset of the instruction in bytes; below 0 for code that has not begun
 * @returns undefined for instructions without a line
 */
export function placeInCode(
  minor: number,
  table: Uint8Array,
  firstLine: number,
  offset: number,
): SourcePlace | undefined {
  if (offset < 0) return { line: firstLine };
  if (minor >= 11) return placeByLocations(table, firstLine, offset);
  return minor === 10 ? placeByRanges(table, firstLine, offset) : placeBySteps(table, firstLine, offset);
}

/** Up to 3.9: steps of addresses and lines in turn. */
function placeBySteps(table: Uint8Array, firstLine: number, offset: number): SourcePlace {
  let line = firstLine;
  let address = 0;
  for (let at = 0; at + 1 < table.length; at += 2) {
    address += table[at]!;
    if (address > offset) break;
    line += signedByte(table[at + 1]!);
  }
  return { line };
}

/** 3.10: lengths of ranges, each with the step to its line; -128 is a range without one. */
function placeByRanges(table: Uint8Array, firstLine: number, offset: number): SourcePlace | undefined {
  let line = firstLine;
  let end = 0;
  for (let at = 0; at + 1 < table.length; at += 2) {
    const step = signedByte(table[at + 1]!);
    end += table[at]!;
    if (step !== -128) line += step;
    if (offset < end) return step === -128 ? undefined : { line };
  }
  return undefined;
}

/** Since 3.11 (PEP 657): ranges of instructions with lines and columns. */
function placeByLocations(table: Uint8Array, firstLine: number, offset: number): SourcePlace | undefined {
  let line = firstLine;
  let end = 0;
  for (let at = 0; at < table.length; ) {
    const head = table[at]!;
    const kind = (head >>> 3) & 15;
    end += ((head & 7) + 1) * 2;
    const reader = new VariableNumbers(table, at + 1);
    let column: number | undefined;
    if (kind === entryKind.long) {
      line += reader.signed();
      reader.unsigned();
      // Stored with 1 added, so that 0 is none.
      column = reader.unsigned() || undefined;
    } else if (kind === entryKind.noColumns) line += reader.signed();
    else if (kind >= entryKind.oneLine && kind < entryKind.noColumns) {
      line += kind - entryKind.oneLine;
      column = (table[at + 1] ?? 0) + 1;
    } else if (kind < entryKind.oneLine) column = kind * 8 + ((table[at + 1] ?? 0) >>> 4) + 1;
    if (offset < end) {
      if (kind === entryKind.none) return undefined;
      return { line, ...(column !== undefined && { column }) };
    }
    // The first byte of an entry alone has its highest bit set.
    do at++;
    while (at < table.length && table[at]! < 0x80);
  }
  return undefined;
}

/** Numbers in pieces of six bits, lowest first; bit 6 says that one more follows. */
class VariableNumbers {
  constructor(
    private readonly bytes: Uint8Array,
    private at: number,
  ) {}

  unsigned(): number {
    let value = 0;
    for (let scale = 1; scale < 2 ** 36; scale *= 64) {
      const byte = this.bytes[this.at++] ?? 0;
      value += (byte & 63) * scale;
      if ((byte & 64) === 0) break;
    }
    return value;
  }

  signed(): number {
    const value = this.unsigned();
    const size = Math.floor(value / 2);
    return value % 2 === 1 ? -size : size;
  }
}

function signedByte(byte: number): number {
  return byte > 127 ? byte - 256 : byte;
}
