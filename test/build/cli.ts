import { execFile } from "node:child_process";
import { bundle } from "./bundle";

export interface CliRun {
  readonly code: number;
  readonly out: string;
  readonly err: string;
}

/** Runs the bundled command line as a process. */
export function runExhume(...args: readonly string[]): Promise<CliRun> {
  return new Promise((resolve) => {
    const options = { maxBuffer: 256 << 20, env: { ...process.env, COLUMNS: "160" } };
    execFile(process.execPath, [bundle("cli"), ...args], options, (error, out, err) => {
      const code = error === null ? 0 : typeof error.code === "number" ? error.code : 70;
      resolve({ code, out, err });
    });
  });
}

/** Runs a verb with `--json` and reads what it printed. */
export async function exhumeJson<Result>(...args: readonly string[]): Promise<Result> {
  const { code, out, err } = await runExhume(...args, "--json");
  if (code > 1) throw new Error(`exhume ${args.join(" ")} ended with ${code}:\n${err}`);
  return JSON.parse(out) as Result;
}
