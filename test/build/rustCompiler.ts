import { spawnSync } from "node:child_process";
import { existsSync } from "node:fs";
import { userInfo } from "node:os";
import { join } from "node:path";

/** A command and the environment it needs. */
export interface RustCompiler {
  readonly command: string;
  readonly environment: NodeJS.ProcessEnv;
  readonly version: string;
}

/**
 * The first rustc that works. One installed by rustup keeps its toolchains in the user's home, which is looked up
 * in the password file because tests may run with an empty HOME; Debian's is the second choice.
 * @throws with the install command when there is none.
 */
export function findRustCompiler(): RustCompiler {
  const toolchains = join(userInfo().homedir, ".rustup");
  const withRustup = existsSync(toolchains) ? { RUSTUP_HOME: toolchains, ...process.env } : process.env;
  for (const command of ["rustc", "/usr/bin/rustc"]) {
    const { status, stdout } = spawnSync(command, ["--version"], { encoding: "utf8", env: withRustup });
    if (status === 0) return { command, environment: withRustup, version: stdout };
  }
  throw new Error("rustc is missing. Install it: apt-get install rustc");
}
