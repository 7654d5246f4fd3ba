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

/** How a table of positions writes steps of instructions: with kinds of places in the lowest bits, or in the sign. */
export type StepForm = "bits" | "sign";

/**
 * The place in the script of an instruction, by V8's table: steps of instructions and places in turn, in pieces of seven
 * bits. Steps of places have their sign lowest. So have steps of instructions where those below 0 are expressions'; else
 * their lowest bits say whether it is a statement, and whether a debugger can stop there.
 */
export function scriptPositionOf(table: Uint8Array, instruction: number, form: StepForm): number | undefined {
  let at = 0;
  const next = (): bigint => {
    let bits = 0n;
    for (let shift = 0n; shift < 70n && at < table.length; shift += 7n) {
      const byte = table[at++]!;
      bits |= BigInt(byte & 0x7f) << shift;
      if (byte < 0x80) break;
    }
    return bits;
  };
  // The entry of the function has a place of its own, before its first instruction.
  let offset = -1;
  let value = 0n;
  let found: bigint | undefined;
  while (at < table.length) {
    const bits = next();
    if (form === "bits") offset += Number(bits >> 2n);
    else {
      const step = Number(signed(bits));
      offset += step >= 0 ? step : -(step + 1);
    }
    value += signed(next());
    if (offset > instruction) break;
    found = value;
  }
  // The lowest bit is for places outside of scripts; then comes the place, 1 added, below the number of an inlined call.
  if (found === undefined || (found & 1n) === 1n) return undefined;
  const position = Number((found >> 1n) & 0x3fff_ffffn) - 1;
  return position < 0 ? undefined : position;
}

function signed(bits: bigint): bigint {
  return (bits >> 1n) ^ -(bits & 1n);
}
