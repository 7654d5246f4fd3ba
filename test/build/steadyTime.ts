/** Processor time of the quickest of some runs, in milliseconds: what load on the machine adds is left out. */
export function leastTime(run: () => void, runs = 3): number {
  let least = Number.POSITIVE_INFINITY;
  for (let count = 0; count < runs; count++) {
    const before = process.cpuUsage();
    run();
    const { user, system } = process.cpuUsage(before);
    least = Math.min(least, (user + system) / 1000);
  }
  return least;
}

/** Time below which a run says nothing of how time grows. */
const noise = 10;

/**
 * How much longer four times the input takes: 4 when the time grows with the size, 16 when with its square. Where the
 * larger takes next to no time the answer is 1.
 */
export function growthOfTime(run: (size: number) => void, size: number): number {
  if (leastTime(() => run(4 * size), 1) < noise) return 1;
  const smaller = leastTime(() => run(size));
  return leastTime(() => run(4 * size)) / Math.max(noise / 4, smaller);
}
