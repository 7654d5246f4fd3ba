/** What a function's unwind instructions come to. */
export interface UnwoundFrame {
  /** The caller's stack pointer is this register plus `size`. */
  readonly base: number;
  readonly size: number;
  /** Distance from the base of each register that was saved. */
  readonly saved: ReadonlyMap<number, number>;
}

const stackPointer = 13;
const linkRegister = 14;

/**
 * Runs unwind instructions (Exception Handling ABI for the Arm Architecture, table 4).
 * @returns undefined for instructions that are unknown, or that leave the registers' places open
 */
export function runUnwindInstructions(instructions: readonly number[]): UnwoundFrame | undefined {
  const saved = new Map<number, number>();
  let base = stackPointer;
  let size = 0;
  let at = 0;
  const next = () => instructions[at++] ?? 0;
  const pop = (mask: number, first: number) => {
    for (let bit = 0; mask >>> bit !== 0; bit++) {
      if (((mask >>> bit) & 1) === 0) continue;
      saved.set(first + bit, size);
      size += 4;
    }
  };
  while (at < instructions.length) {
    const code = next();
    if (code < 0x40) size += (code << 2) + 4;
    else if (code < 0x80) size -= ((code & 0x3f) << 2) + 4;
    else if (code < 0x90) {
      const mask = ((code & 0xf) << 8) | next();
      // "Refuse to unwind", and a stack pointer that is itself on the stack.
      if (mask === 0 || (mask & (1 << (stackPointer - 4))) !== 0) return undefined;
      pop(mask, 4);
    } else if (code < 0xa0) {
      const register = code & 0xf;
      if (register === stackPointer || register === 15 || saved.size > 0) return undefined;
      base = register;
      size = 0;
    } else if (code < 0xb0) {
      pop((1 << ((code & 7) + 1)) - 1, 4);
      if ((code & 8) !== 0) pop(1, linkRegister);
    } else if (code === 0xb0) break;
    else if (code === 0xb1) {
      const mask = next();
      if (mask === 0 || mask > 0xf) return undefined;
      pop(mask, 0);
    } else if (code === 0xb2) size += 0x204 + uleb(next) * 4;
    else if (code === 0xb3) size += 8 * ((next() & 0xf) + 1) + 4;
    // A code that authenticates the return address.
    else if (code === 0xb4) size += 4;
    else if (code >= 0xb8 && code < 0xc0) size += 8 * ((code & 7) + 1) + 4;
    else if (code >= 0xc0 && code < 0xc6) size += 8 * ((code & 7) + 1);
    else if (code === 0xc6 || code === 0xc8 || code === 0xc9) size += 8 * ((next() & 0xf) + 1);
    else if (code === 0xc7) size += 4 * bitsOf(next() & 0xf);
    else if (code >= 0xd0 && code < 0xd8) size += 8 * ((code & 7) + 1);
    else return undefined;
  }
  return { base, size, saved };
}

function uleb(next: () => number): number {
  let value = 0;
  for (let shift = 0; shift < 28; shift += 7) {
    const byte = next();
    value += (byte & 0x7f) * 2 ** shift;
    if (byte < 0x80) break;
  }
  return value;
}

function bitsOf(mask: number): number {
  return [1, 2, 4, 8].filter((bit) => (mask & bit) !== 0).length;
}
