import { formatCount, formatQuantity } from "../../base/figures";
import type { CoreDeadlock } from "../../protocol/core/locks";
import type { CoreContext } from "./coreContext";

/** Kinds of waits that are told one by one. */
const mostTold = 4;
/** More are said to be so many. */
const mostNamed = 1000;

/** When each thread that a runtime schedules waits for another of them, none can go on: a timer could still wake one. */
export function lightDeadlock({ managed }: CoreContext): CoreDeadlock | undefined {
  const threads = managed.lightThreads.filter(({ isSystem }) => !isSystem);
  const waits = new Map<string, number>();
  for (const thread of threads) {
    const wait = thread.waits();
    if (wait === undefined || !wait.needsOthers) return undefined;
    waits.set(wait.what, (waits.get(wait.what) ?? 0) + 1);
  }
  const [first] = threads;
  if (first === undefined) return undefined;
  const told = [...waits].sort((a, b) => b[1] - a[1]).map(([what, count]) => toldOf(what, count));
  const more = told.length > mostTold ? `; and ${formatCount(told.length - mostTold)} other waits` : "";
  const all = formatQuantity(threads.length, first.noun[0], first.noun[1]);
  const head =
    threads.length === 1 ? `the only ${first.noun[0]} cannot go on` : `none of the ${all} can go on`;
  return {
    kind: "everybodyWaits",
    certain: false,
    lwps: threads.slice(0, mostNamed).map(({ lwp }) => lwp),
    words: `likely deadlock, ${head}: ${told.slice(0, mostTold).join("; ")}${more}`,
  };
}

function toldOf(what: string, count: number): string {
  return count === 1 ? `one ${what}` : `${formatCount(count)} ${what.replace(/^waits\b/, "wait")}`;
}
