/** Shorter contents are compared sooner than views over them are made. */
const worthViews = 256;

/** Compared by words where both begin on one. */
export function haveSameBytes(a: Uint8Array, b: Uint8Array): boolean {
  if (a.byteLength !== b.byteLength) return false;
  let at = 0;
  if (a.byteLength >= worthViews && ((a.byteOffset | b.byteOffset) & 3) === 0) {
    const words = a.byteLength >>> 2;
    const ofA = new Uint32Array(a.buffer, a.byteOffset, words);
    const ofB = new Uint32Array(b.buffer, b.byteOffset, words);
    for (let k = 0; k < words; k++) if (ofA[k] !== ofB[k]) return false;
    at = 4 * words;
  }
  for (; at < a.byteLength; at++) if (a[at] !== b[at]) return false;
  return true;
}

/** Whether every element, of so many bytes, is the first one again. */
export function repeats(bytes: Uint8Array, width: number): boolean {
  // By words: what is the same as a whole number of elements before is the same as the first.
  const step = Math.max(width, 4);
  for (let at = width; at < Math.min(step, bytes.byteLength); at++) {
    if (bytes[at] !== bytes[at - width]) return false;
  }
  return haveSameBytes(bytes.subarray(step), bytes.subarray(0, Math.max(0, bytes.byteLength - step)));
}
