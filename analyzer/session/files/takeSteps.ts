/**
 * Takes the parts of a packed format, one header, block or checksum at a step, out of bytes that come in pieces.
 * @param pending what the last call left
 * @param step returns bytes used, 0 when it needs more
 * @returns what no step has used yet
 */
export function takeSteps(
  pending: Uint8Array,
  bytes: Uint8Array,
  step: (bytes: Uint8Array) => number,
): Uint8Array<ArrayBuffer> {
  const joined = new Uint8Array(pending.length + bytes.length);
  joined.set(pending);
  joined.set(bytes, pending.length);
  let at = 0;
  for (;;) {
    const used = step(joined.subarray(at));
    if (used === 0) return joined.slice(at);
    at += used;
  }
}
