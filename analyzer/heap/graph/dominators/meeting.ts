/** Cells of the shared control column of a pass whose workers take parts in several rounds. */
export const meetingCell = { nextPart: 0, arrived: 1, round: 2, folded: 3, sweeps: 4, enough: 5 } as const;
export const meetingCells = 6;

const patience = 100;

/**
 * Waits until all workers are here; the last to come runs `between` before any goes on. The next round begins with
 * the first part again.
 */
export function meet(
  control: Int32Array,
  workers: number,
  context: { throwIfCancelled(): void },
  between: () => void = () => undefined,
): void {
  const round = Atomics.load(control, meetingCell.round);
  if (Atomics.add(control, meetingCell.arrived, 1) + 1 === workers) {
    between();
    Atomics.store(control, meetingCell.nextPart, 0);
    Atomics.store(control, meetingCell.arrived, 0);
    Atomics.store(control, meetingCell.round, round + 1);
    Atomics.notify(control, meetingCell.round);
    return;
  }
  while (Atomics.load(control, meetingCell.round) === round) {
    // Woken from time to time: a worker that failed never comes.
    Atomics.wait(control, meetingCell.round, round, patience);
    context.throwIfCancelled();
  }
}

/** Takes parts until none is left, by whichever worker is free. */
export function forEachPart(
  control: Int32Array,
  parts: number,
  context: { throwIfCancelled(): void },
  take: (part: number) => void,
): void {
  for (;;) {
    const part = Atomics.add(control, meetingCell.nextPart, 1);
    if (part >= parts) return;
    context.throwIfCancelled();
    take(part);
  }
}
