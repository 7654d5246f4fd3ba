/** Columns and lines from 1. */
export interface ScriptPlace {
  readonly line: number;
  readonly column: number;
}

/** Where the lines of a text begin: a deep stack asks for many places of one script. */
export class ScriptLines {
  private readonly starts: Uint32Array;

  constructor(text: string) {
    const starts = [0];
    for (let at = text.indexOf("\n"); at >= 0; at = text.indexOf("\n", at + 1)) starts.push(at + 1);
    this.starts = Uint32Array.from(starts);
  }

  placeOf(position: number): ScriptPlace {
    let low = 1;
    let high = this.starts.length;
    while (low < high) {
      const middle = (low + high) >>> 1;
      if (this.starts[middle]! <= position) low = middle + 1;
      else high = middle;
    }
    return { line: low, column: position - this.starts[low - 1]! + 1 };
  }
}

/**
 * The place in the script of an instruction, by V8's table: steps of instructions and places in turn, in pieces of seven
 * bits with the sign lowest. A step of instructions below 0 is an expression's.
 */
export function scriptPositionOf(table: Uint8Array, instruction: number): number | undefined {
  let at = 0;
  const next = (): bigint => {
    let bits = 0n;
    for (let shift = 0n; shift < 70n && at < table.length; shift += 7n) {
      const byte = table[at++]!;
      bits |= BigInt(byte & 0x7f) << shift;
      if (byte < 0x80) break;
    }
    return (bits >> 1n) ^ -(bits & 1n);
  };
  // The entry of the function has a place of its own, before its first instruction.
  let offset = -1;
  let value = 0n;
  let found: bigint | undefined;
  while (at < table.length) {
    const step = Number(next());
    offset += step >= 0 ? step : -(step + 1);
    value += next();
    if (offset > instruction) break;
    found = value;
  }
  // The lowest bit is for places outside of scripts; then comes the place, 1 added, below the number of an inlined call.
  if (found === undefined || (found & 1n) === 1n) return undefined;
  const position = Number((found >> 1n) & 0x3fff_ffffn) - 1;
  return position < 0 ? undefined : position;
}
