import { execFileSync } from "node:child_process";
import { join } from "node:path";

/** For a JVM that runs for a moment: the first of its compilers, and a collector without threads of its own. */
export const briefly = ["-XX:TieredStopAtLevel=1", "-XX:+UseSerialGC"] as const;

/** What a JVM answers to a command of jcmd. @param home of a Java of the same release */
export function jcmd(home: string, pid: number | string, ...command: readonly string[]): string {
  // The ten seconds that it waits by itself are soon over where others need the processors.
  const flags = [...briefly, "-Dsun.tools.attach.attachTimeout=120000"].map((flag) => `-J${flag}`);
  return execFileSync(join(home, "bin/jcmd"), [...flags, String(pid), ...command], {
    encoding: "utf8",
    maxBuffer: 1 << 28,
    timeout: 180_000,
    stdio: ["ignore", "pipe", "pipe"],
  });
}

/** Compiles without a word about what is deprecated. */
export function javac(home: string, ...args: readonly string[]): void {
  const flags = briefly.map((flag) => `-J${flag}`);
  execFileSync(join(home, "bin/javac"), [...flags, "-nowarn", ...args], { stdio: "pipe" });
}
