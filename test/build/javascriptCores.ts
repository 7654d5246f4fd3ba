import { spawnSync } from "node:child_process";
import { createHash } from "node:crypto";
import { readdirSync, readFileSync, renameSync, writeFileSync } from "node:fs";
import { join, resolve } from "node:path";
import { folderFilledOnce } from "./madeOnce";

const cache = resolve(__dirname, "../../.cache/javascript");

export interface ScriptCore {
  readonly core: string;
  readonly stderr: string;
}

/** Runs a script by a Node until it ends itself; kept by script and program. */
export function scriptCore(
  script: string,
  args: readonly string[],
  node: string = process.execPath,
): ScriptCore {
  const key = createHash("sha256").update(readFileSync(script)).update(node).digest("hex");
  const folder = join(cache, [...args, key.slice(0, 12)].join("-"));
  const core = join(folder, "core");
  folderFilledOnce(folder, () => {
    const command = 'ulimit -c unlimited && exec "$0" "$@"';
    const options = {
      cwd: folder,
      encoding: "utf8",
      timeout: 60_000,
      env: { PATH: process.env["PATH"] },
    } as const;
    const { stderr } = spawnSync("bash", ["-c", command, node, script, ...args], options);
    writeFileSync(join(folder, "stderr"), stderr);
    const written = readdirSync(folder).find((name) => name.startsWith("core"));
    if (written === undefined) throw new Error(`node ${script} wrote no core: ${stderr}`);
    renameSync(join(folder, written), core);
  });
  return { core, stderr: readFileSync(join(folder, "stderr"), "utf8") };
}
