/** State of a thread as `Thread.getState` names it, with the JVMTI words for why it waits. */
export type ThreadState =
  | "new"
  | "runnable"
  | "blocked"
  | "waiting"
  | "timed waiting"
  | "terminated"
  | "unknown";

/** Bits of JVMTI's GetThreadState, which `threadStatus` holds. */
const alive = 0x0001;
const terminated = 0x0002;
const runnable = 0x0004;
const timed = 0x0020;
const waitingBit = 0x0080;
const blocked = 0x0400;

export function stateOf(status: number | undefined): ThreadState {
  if (status === undefined) return "unknown";
  if ((status & runnable) !== 0) return "runnable";
  if ((status & blocked) !== 0) return "blocked";
  if ((status & waitingBit) !== 0) return (status & timed) !== 0 ? "timed waiting" : "waiting";
  if ((status & terminated) !== 0) return "terminated";
  return (status & alive) !== 0 ? "runnable" : "new";
}
