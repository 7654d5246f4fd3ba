import { fork } from "node:child_process";
import { join } from "node:path";
import { exitCodes } from "./exitCodes";
import { isVerb } from "./verbNames";

/**
 * @param folder with the bundles
 * @param say takes a line
 */
export function superviseCli(
  args: readonly string[],
  folder: string,
  say: (line: string) => void,
): Promise<number> {
  const [verb] = args;
  // Anything else that was typed is answered by the process that works.
  const name = verb !== undefined && isVerb(verb) ? `exhume ${verb}` : "exhume";
  return supervise(join(folder, "cliProcess.js"), args, (sentence) => say(`${name}: ${sentence}.\n`));
}

/**
 * Runs the command line in a process of its own and waits: where the system or Node ends it for its memory, nobody in it
 * can say so any more.
 * @param say takes the sentence
 * @returns the exit code
 */
export function supervise(
  script: string,
  args: readonly string[],
  say: (sentence: string) => void,
): Promise<number> {
  return new Promise((done) => {
    const child = fork(script, args, { stdio: "inherit" });
    let interrupts = 0;
    // The one that works says what it did of it, unless it does not listen.
    process.on("SIGINT", () => child.kill(++interrupts < 3 ? "SIGINT" : "SIGTERM"));
    for (const signal of ["SIGTERM", "SIGHUP"] as const) process.once(signal, () => child.kill(signal));
    child.once("error", (error) => {
      say(`could not be started: ${error.message}`);
      done(exitCodes.internal);
    });
    child.once("exit", (code, signal) => {
      const end = endInWords(code, signal);
      if (end !== undefined) say(end);
      done(code === null || end !== undefined ? exitCodes.internal : code);
    });
  });
}

/** Ends this process with the one that supervises it. */
export function endWithSupervisor(): void {
  process.once("disconnect", () => process.exit(exitCodes.internal));
  // The channel alone is no reason to go on.
  process.channel?.unref();
}

/** @returns undefined when it ended by itself */
export function endInWords(code: number | null, signal: NodeJS.Signals | null): string | undefined {
  if (signal === "SIGKILL") {
    return "it was killed (SIGKILL), as systems do when memory runs out; --memory SIZE sets what it may take";
  }
  // V8 aborts or traps where it gets no more memory; a shell in between makes 128 + the signal of it.
  const isAbort = ["SIGABRT", "SIGTRAP", "SIGILL", "SIGSEGV"].includes(signal ?? "");
  if (isAbort || code === 133 || code === 134) {
    return `it ran out of memory or aborted (${signal ?? `exit code ${code}`}); --memory SIZE sets what it may take, and a limit of the system (ulimit -v, a container's) may be too low for Node`;
  }
  return signal === null ? undefined : `it was ended by ${signal}`;
}
