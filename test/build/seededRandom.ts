/** A repeatable stream of numbers in [0, 1): Marsaglia's xorshift32, so a failing case can be run again by its seed. */
export function seededRandom(seed: number): () => number {
  let state = seed | 0 || 1;
  return () => {
    state ^= state << 13;
    state ^= state >>> 17;
    state ^= state << 5;
    return (state >>> 0) / 2 ** 32;
  };
}
