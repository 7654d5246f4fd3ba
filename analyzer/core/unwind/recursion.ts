/** Frames [start, start + period × times) of a stack: `period` functions that stand `times` times one after another. */
export interface Recursion {
  readonly start: number;
  readonly period: number;
  readonly times: number;
}

/** Functions that call each other in a circle; longer circles are not looked for. */
const longestPeriod = 8;
const fewestTimes = 4;

/**
 * Finds recursion in a stack, direct and mutual, from the inside out. Runs do not overlap.
 * @param keys one number a frame, the same for the same function
 */
export function recursionsIn(keys: Int32Array): Recursion[] {
  const found: Recursion[] = [];
  for (let start = 0; start < keys.length; ) {
    const best = longestFrom(keys, start);
    if (best !== undefined) found.push(best);
    start += best === undefined ? 1 : best.period * best.times;
  }
  return found;
}

function longestFrom(keys: Int32Array, start: number): Recursion | undefined {
  for (let period = 1; period <= longestPeriod; period++) {
    let end = start + period;
    while (end < keys.length && keys[end] === keys[end - period]) end++;
    const times = Math.floor((end - start) / period);
    if (times >= fewestTimes) return { start, period, times };
  }
  return undefined;
}
