import { execFileSync } from "node:child_process";
import { copyFileSync, mkdirSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { generateX25519Identity, identityToRecipient } from "age-encryption";
import { type CliRun, exhumeJson, runExhume } from "./cli";

type Suspects = { readonly suspects: readonly unknown[] };

/** What heap verbs answer about one core in every form it may come in. */
export interface WrappedAnswers {
  readonly zstd: Suspects;
  /** Packed by gzip, then encrypted. */
  readonly encrypted: Suspects;
  /** Packed by xz, with as little memory as the refusal names. */
  readonly threads: readonly string[];
  readonly refused: CliRun;
}

/**
 * @param core one without pages of files
 * @param library where the core says its libjvm was, and where it is
 */
export async function askWrapped(
  core: string,
  library: { readonly was: string; readonly is: string },
): Promise<WrappedAnswers> {
  const sysroot = `${core}.root`;
  mkdirSync(join(sysroot, dirname(library.was)), { recursive: true });
  copyFileSync(library.is, join(sysroot, library.was));
  const indexes = ["--index", `${core}.indexes`, "--sysroot", sysroot];
  const suspectsOf = (...args: readonly string[]) => exhumeJson<Suspects>("suspects", ...args, ...indexes);
  const identity = await generateX25519Identity();
  const key = `${core}.key`;
  writeFileSync(key, `${identity}\n`);
  execFileSync("gzip", ["-1", "-k", core]);
  execFileSync("zstd", ["-1", "-q", core, "-o", `${core}.zst`]);
  execFileSync("xz", ["-0", "-k", core]);
  const sealed = `${core}.gz.age`;
  await runExhume("encrypt", `${core}.gz`, "-o", sealed, "-r", await identityToRecipient(identity));
  const refused = await runExhume("threads", core, "--memory", "1MiB", ...indexes);
  const needed = / needs a memory budget of (\S+) (\w+);/.exec(refused.err);
  const budget = ["--memory", `${Math.ceil(Number(needed?.[1]))}${needed?.[2]}`];
  const [zstd, encrypted, { threads }] = await Promise.all([
    suspectsOf(`${core}.zst`),
    suspectsOf(sealed, "--identity", key),
    exhumeJson<{ readonly threads: readonly { readonly name: string }[] }>(
      "threads",
      `${core}.xz`,
      ...budget,
      ...indexes,
    ),
  ]);
  return { zstd, encrypted, threads: threads.map(({ name }) => name), refused };
}
