import { dictionary } from "../../base/dictionary";
import type { CrashScene } from "./crashScene";
import type { DeathCause } from "./deathCause";

const limits: Readonly<Record<string, string>> = dictionary({
  SIGXCPU: "more processor time used than allowed (RLIMIT_CPU, ulimit -t)",
  SIGXFSZ: "a file grew beyond what is allowed (RLIMIT_FSIZE, ulimit -f)",
});

/** Signals no instruction is to blame for: limits of the system, and what processes send. */
export function sentSignal({ signal, process, thread }: CrashScene): DeathCause | undefined {
  const limit = limits[signal.name];
  const { senderPid, codeName } = signal;
  const own = process.image.process?.pid;
  // The system sends them in the name of the process; who raises one by itself uses tgkill.
  if (limit !== undefined && codeName !== "SI_TKILL")
    return { kind: "sentSignal", words: limit, evidence: `the signal (${codeName})` };
  if (senderPid === undefined) return undefined;
  const evidence = `si_pid ${senderPid} of the signal`;
  if (senderPid === own || senderPid === thread.lwp) {
    // abort() says nothing more than its signal.
    const words = signal.name === "SIGABRT" ? "the program aborted itself" : "the program raised it itself";
    return { kind: "sentSignal", words, evidence };
  }
  const from =
    senderPid === 0 ? "from outside of its container, or by the system" : `by process ${senderPid}`;
  return { kind: "sentSignal", words: `sent ${from}`, evidence };
}
