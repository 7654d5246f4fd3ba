/** A 53-bit hash of bytes, two FNV-1a streams of 26 and 27 bits: says which contents are worth comparing. */
export function hashOfBytes(bytes: Uint8Array): number {
  let low = 0x811c9dc5;
  let high = 0xc9dc5811;
  for (let i = 0; i < bytes.length; i++) {
    const byte = bytes[i]!;
    low = Math.imul(low ^ byte, 0x01000193);
    high = Math.imul(high ^ byte, 0x85ebca6b) ^ (high >>> 15);
  }
  return ((high >>> 0) & 0x3ffffff) * 0x8000000 + ((low >>> 0) & 0x7ffffff);
}
