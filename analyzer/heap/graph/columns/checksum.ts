import { unwatched, type Work } from "../../../base/work";

const wordsBetweenChecks = 1 << 22;

/**
 * A sum over words that sees any changed, moved or missing word; some gigabytes a second: four words at a time, each
 * into sums of its own, so that none waits for another.
 */
export function checksumOf(bytes: Uint8Array, work: Work = unwatched): number {
  if (bytes.byteOffset % 4 !== 0) return checksumOf(bytes.slice(), work);
  const words = new Uint32Array(bytes.buffer, bytes.byteOffset, bytes.length >>> 2);
  const lanes = Int32Array.of(bytes.length, 1, 2, 3);
  const sums = Int32Array.of(0x9e3779b9, 0x85ebca6b, 0xc2b2ae35, 0x27d4eb2f);
  const whole = words.length & ~3;
  for (let from = 0; from < whole; from += wordsBetweenChecks) {
    work.throwIfCancelled();
    addFours(words, from, Math.min(whole, from + wordsBetweenChecks), lanes, sums);
  }
  const add = (lane: number, word: number): void => {
    lanes[lane] = lanes[lane]! + word;
    sums[lane] = Math.imul(sums[lane]!, 31) + lanes[lane]!;
  };
  for (let k = whole; k < words.length; k++) add(k - whole, words[k]!);
  for (let k = words.length * 4; k < bytes.length; k++) add(3, bytes[k]!);
  let total = 0;
  for (let lane = 0; lane < 4; lane++) total = mixed(mixed(total ^ sums[lane]!) ^ lanes[lane]!);
  return total >>> 0;
}

/** One to one, and every bit spreads: a change of a last word moves both of its sums by as much, which must not cancel. */
function mixed(value: number): number {
  let bits = value ^ (value >>> 16);
  bits = Math.imul(bits, 0x7feb352d);
  bits ^= bits >>> 15;
  bits = Math.imul(bits, 0x846ca68b);
  return bits ^ (bits >>> 16);
}

function addFours(words: Uint32Array, from: number, upto: number, lanes: Int32Array, sums: Int32Array): void {
  let [a, b, c, d] = lanes as unknown as [number, number, number, number];
  let [p, q, r, s] = sums as unknown as [number, number, number, number];
  for (let k = from; k < upto; k += 4) {
    a = (a + words[k]!) | 0;
    b = (b + words[k + 1]!) | 0;
    c = (c + words[k + 2]!) | 0;
    d = (d + words[k + 3]!) | 0;
    p = (Math.imul(p, 31) + a) | 0;
    q = (Math.imul(q, 31) + b) | 0;
    r = (Math.imul(r, 31) + c) | 0;
    s = (Math.imul(s, 31) + d) | 0;
  }
  lanes.set([a, b, c, d]);
  sums.set([p, q, r, s]);
}
