/** Keeps some of many things, evenly, without knowing how many there will be. */
export interface EvenSampler<T> {
  /** Between half of `most` and `most` of them once there were enough. */
  readonly taken: readonly T[];
  take(each: T): void;
}

export function evenSampler<T>(most: number): EvenSampler<T> {
  const taken: T[] = [];
  const half = Math.floor(most / 2);
  let stride = 1;
  let position = 0;
  return {
    taken,
    take(each) {
      if (position++ % stride !== 0) return;
      taken.push(each);
      if (taken.length < 2 * half) return;
      for (let at = 0; at < half; at++) taken[at] = taken[2 * at]!;
      taken.length = half;
      stride *= 2;
    },
  };
}
