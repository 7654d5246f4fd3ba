import type { MemoryImage } from "../memoryImage";

/**
 * Where a condition variable of glibc begins, from the word a thread sleeps on in it. Its layout changed twice; which one
 * it is, is told by what the words around say of the thread that waits.
 *
 * - `struct __pthread_cond_s` of 2.25 to 2.40: sequence and start of the group, both of 8 bytes; two counts of references
 *   and two of signals; the group's size and the number of waiters; then the words of two groups.
 * - Since 2.41 without the references.
 * - Until 2.24: a lock, the word, then how many waited, were woken and went on, of 8 bytes each.
 */
export function conditionAt(slept: bigint, memory: MemoryImage): bigint {
  // With 8 bytes the place of the word tells the group; in i386 records lie at multiples of four.
  const firsts = memory.pointerBytes === 8 ? [slept - (slept % 8n)] : [slept, slept - 4n];
  for (const { words, isSuch } of layouts) {
    const found = firsts.map((first) => first - words).find((address) => isSuch(address, memory));
    if (found !== undefined) return found;
  }
  const oldest = slept - 4n;
  return isOldest(oldest, memory) ? oldest : firsts[0]! - layouts[0]!.words;
}

interface Layout {
  /** Distance of the words of the groups. */
  readonly words: bigint;
  readonly isSuch: (address: bigint, memory: MemoryImage) => boolean;
}

/** In each of a pair of counts the lowest bit says something else; waiters are counted above three flags. */
const layouts: readonly Layout[] = [
  {
    words: 40n,
    isSuch: (address, memory) => {
      const [first, second] = [memory.u32(address + 16n), memory.u32(address + 20n)];
      const waiters = waitersAt(address + 36n, memory);
      if (first === undefined || second === undefined || waiters === 0) return false;
      return (first >>> 1) + (second >>> 1) === waiters && hasSequence(address, waiters, memory);
    },
  },
  {
    words: 32n,
    isSuch: (address, memory) => hasSequence(address, waitersAt(address + 28n, memory), memory),
  },
];

function waitersAt(address: bigint, memory: MemoryImage): number {
  return (memory.u32(address) ?? 0) >>> 3;
}

/** Sequences count waits from the first one on; addresses are larger. */
const mostWaits = 1n << 40n;

/** As many have waited as wait now, and no fewer than before the group that is being woken. */
function hasSequence(address: bigint, waiters: number, memory: MemoryImage): boolean {
  const sequence = memory.u64(address);
  const start = memory.u64(address + 8n);
  if (sequence === undefined || start === undefined || sequence > mostWaits || waiters === 0) return false;
  return sequence >> 1n >= start >> 1n && sequence >> 1n >= BigInt(waiters);
}

function isOldest(address: bigint, memory: MemoryImage): boolean {
  const [waited, woken, wentOn] = [8n, 16n, 24n].map((distance) => memory.u64(address + distance));
  if (waited === undefined || woken === undefined || wentOn === undefined) return false;
  return waited > 0n && waited < mostWaits && woken <= waited && wentOn <= woken;
}
