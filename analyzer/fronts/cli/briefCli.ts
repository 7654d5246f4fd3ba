import { UnthreadedLane } from "../../session/threads/unthreadedLane";
import { runCli } from "./main";
import { processTerminal } from "./processTerminal";

/** Runs a verb in this process and thread. Ctrl+C ends it: nothing goes on beside it that had to be told. */
export function runBrieflyHere(args: readonly string[], workerFolder: string): Promise<number> {
  return runCli({
    args,
    terminal: processTerminal(),
    workerFolder,
    signal: new AbortController().signal,
    startLane: (onMessage) => new UnthreadedLane(onMessage),
  });
}
