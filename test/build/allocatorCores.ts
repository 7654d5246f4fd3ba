import { spawnSync } from "node:child_process";
import { createHash } from "node:crypto";
import { readdirSync, readFileSync, renameSync } from "node:fs";
import { join, resolve } from "node:path";
import { folderFilledOnce } from "./madeOnce";

const root = resolve(__dirname, "../..");
const programs = join(root, "test/programs/native");
const libraries = "/usr/lib/x86_64-linux-gnu";

/** How a program comes to an allocator that is not glibc's: compiled with it, or started with a library before it. */
export interface AllocatorDraft {
  /** File among the native programs; `otherAllocator.c` when left out. */
  readonly source?: string;
  readonly compile: readonly string[];
  /** File under the library folder. */
  readonly preload?: string;
  readonly stripped?: boolean;
}

/**
 * Builds a program and lets it die.
 * @param name of the folder under `.cache`
 * @returns path of the core
 */
export function allocatorCore(name: string, draft: AllocatorDraft): string {
  const source = join(programs, draft.source ?? "otherAllocator.c");
  const key = createHash("sha256").update(readFileSync(source)).update(JSON.stringify(draft));
  const folder = join(root, ".cache/allocators", `${name}-${key.digest("hex").slice(0, 12)}`);
  const core = join(folder, "core");
  folderFilledOnce(folder, () => make(draft, source, folder, core));
  return core;
}

function make(draft: AllocatorDraft, source: string, folder: string, core: string): void {
  const program = join(folder, "program");
  const [compiler, ...flags] = draft.compile as [string, ...string[]];
  run(compiler, ["-O1", "-o", program, source, ...flags]);
  if (draft.stripped === true) run("strip", ["--strip-all", program]);
  const preload = draft.preload === undefined ? "" : `LD_PRELOAD=${join(libraries, draft.preload)}`;
  spawnSync("bash", ["-c", `ulimit -c unlimited && ${preload} exec ${program}`], { cwd: folder });
  const written = readdirSync(folder).find((each) => /^core(\.\d+)?$/.test(each));
  if (written === undefined)
    throw new Error("No core was written. Run as root: echo core > /proc/sys/kernel/core_pattern");
  if (written !== "core") renameSync(join(folder, written), core);
}

function run(command: string, args: readonly string[]): void {
  const done = spawnSync(command, args, { encoding: "utf8" });
  if (done.status !== 0) throw new Error(`${command} ${args.join(" ")}:\n${done.stderr ?? done.error}`);
}
