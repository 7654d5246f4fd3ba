import { dictionary } from "../../base/dictionary";
import type { CrashScene } from "./crashScene";
import type { DeathCause } from "./deathCause";

const limits: Readonly<Record<string, string>> = dictionary({
  SIGXCPU: "more processor time used than allowed (RLIMIT_CPU, ulimit -t)",
  SIGXFSZ: "a file grew beyond what is allowed (RLIMIT_FSIZE, ulimit -f)",
});

/** Sent by another process: the kernel hands it to any thread that takes it, mostly the first. */
export function isSentFromOutside({ signal: { senderPid }, process, thread }: CrashScene): boolean {
  return senderPid !== undefined && senderPid !== process.image.process?.pid && senderPid !== thread.lwp;
}

/** Signals no instruction is to blame for: limits of the system, and what processes send. */
export function sentSignal(scene: CrashScene): DeathCause | undefined {
  const { signal } = scene;
  const limit = limits[signal.name];
  const { senderPid, codeName } = signal;
  // The system sends them in the name of the process; who raises one by itself uses tgkill.
  if (limit !== undefined && codeName !== "SI_TKILL")
    return { kind: "sentSignal", words: limit, evidence: `the signal (${codeName})` };
  if (senderPid === undefined) return undefined;
  const evidence = `si_pid ${senderPid} of the signal`;
  if (!isSentFromOutside(scene)) {
    // abort() says nothing more than its signal.
    const words = signal.name === "SIGABRT" ? "the program aborted itself" : "the program raised it itself";
    return { kind: "sentSignal", words, evidence };
  }
  const from =
    senderPid === 0 ? "from outside of its container, or by the system" : `by process ${senderPid}`;
  return { kind: "sentSignal", words: `sent ${from}`, evidence };
}
