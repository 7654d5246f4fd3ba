/** Members of a deadlock that are told one by one. */
const mostTold = 4;

export interface ToldDeadlock {
  readonly kind: "circle" | "ownerGone" | "ownerSleeps" | "everybodyWaits";
  readonly isCertain: boolean;
  readonly count: number;
}

/**
 * `deadlock of 2 threads: thread 4711 "a" waits for …; thread 4712 "b" waits for …`
 * @param member what is said of each, by its number
 */
export function deadlockWords(
  { kind, isCertain, count }: ToldDeadlock,
  member: (index: number) => string,
): string {
  const told = Array.from({ length: Math.min(count, mostTold) }, (_, index) => member(index));
  const rest = count > mostTold ? `; and ${count - mostTold} more` : "";
  const what = isCertain ? "deadlock" : "likely deadlock";
  const head =
    kind === "everybodyWaits"
      ? `${what}, none of the threads can go on`
      : count > 1 && kind === "circle"
        ? `${what} of ${count} threads`
        : what;
  return `${head}: ${told.join("; ")}${rest}`;
}

export const heldByItself = ", which it holds itself";

/** `, held by "main"`, after what a thread waits for. */
export function heldBy(owner: string): string {
  return `, held by ${owner}`;
}
