import { unwatched, type Work } from "../../base/work";

/** A sum over words that sees any changed, moved or missing word; about a gigabyte a second. */
export function checksumOf(bytes: Uint8Array, work: Work = unwatched): number {
  let sum = bytes.length >>> 0;
  let sums = 0x9e3779b9;
  const words = bytes.length >>> 2;
  if (bytes.byteOffset % 4 === 0) {
    const view = new Uint32Array(bytes.buffer, bytes.byteOffset, words);
    for (let from = 0; from < words; from += 1 << 22) {
      work.throwIfCancelled();
      const upto = Math.min(words, from + (1 << 22));
      for (let k = from; k < upto; k++) {
        sum = (sum + view[k]!) | 0;
        sums = (Math.imul(sums, 31) + sum) | 0;
      }
    }
  } else {
    for (let k = 0; k < words * 4; k++) {
      sum = (sum + (bytes[k]! << (8 * (k & 3)))) | 0;
      sums = (Math.imul(sums, 31) + sum) | 0;
    }
  }
  for (let k = words * 4; k < bytes.length; k++) {
    sum = (sum + bytes[k]!) | 0;
    sums = (Math.imul(sums, 31) + sum) | 0;
  }
  return (sums ^ sum) >>> 0;
}
