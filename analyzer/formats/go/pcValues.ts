/** Changes within one function. */
const mostSteps = 1 << 20;

/**
 * The value a table of `pctab` has for an address: a list of (change of the value, distance to the next change), both
 * variable-length, the changes with their sign in the lowest bit.
 * @param entry of the function
 * @param quantum bytes of the shortest instruction, in which distances count
 */
export function pcValueAt(
  bytes: Uint8Array,
  table: number,
  entry: number,
  address: number,
  quantum: number,
): number | undefined {
  let at = table;
  let value = -1;
  let pc = entry;
  for (let step = 0; step < mostSteps && at >= 0 && at + 1 < bytes.byteLength; step++) {
    const change = readVarint(bytes, at);
    if (change.value === 0 && pc !== entry) return undefined;
    value += change.value % 2 === 1 ? -(change.value + 1) / 2 : change.value / 2;
    const distance = readVarint(bytes, change.end);
    // Every change is at another instruction.
    if (distance.value === 0) return undefined;
    pc += distance.value * quantum;
    if (address < pc) return value;
    at = distance.end;
  }
  return undefined;
}

/** At most five bytes, seven bits each, the lowest first. */
function readVarint(bytes: Uint8Array, start: number): { readonly value: number; readonly end: number } {
  let value = 0;
  for (let index = 0; index < 5; index++) {
    const byte = bytes[start + index] ?? 0;
    value += (byte % 128) * 2 ** (7 * index);
    if (byte < 128) return { value, end: start + index + 1 };
  }
  return { value, end: start + 5 };
}
