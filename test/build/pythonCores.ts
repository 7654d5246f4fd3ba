import { spawnSync } from "node:child_process";
import { createHash } from "node:crypto";
import { existsSync, readdirSync, readFileSync, renameSync, writeFileSync } from "node:fs";
import { homedir } from "node:os";
import { join, resolve } from "node:path";
import { folderFilledOnce } from "./madeOnce";
import { requireTool } from "./nativePrograms";

const root = resolve(__dirname, "../..");
const cache = join(root, ".cache/python");

export interface PythonInterpreter {
  readonly path: string;
  readonly version: string;
}

/** The system's interpreter, and of each further release that pyenv has one. */
export function pythonInterpreters(): PythonInterpreter[] {
  requireTool("python3", "apt-get install python3-pip");
  const pyenv = join(homedir(), ".pyenv/versions");
  const installed = existsSync(pyenv) ? readdirSync(pyenv) : [];
  const further = installed.filter((version) => /^3\.([89]|\d\d)\./.test(version));
  return ["/usr/bin/python3", ...further.map((version) => join(pyenv, version, "bin/python3"))].map(
    (path) => {
      const script = "import platform; print(platform.python_version())";
      const { stdout } = spawnSync(path, ["-I", "-c", script], { encoding: "utf8" });
      return { path, version: stdout.trim() };
    },
  );
}

export interface PythonCore {
  readonly core: string;
  /** What the program had printed. */
  readonly printed: string;
}

/** Runs a program of `test/programs/python` until it ends itself; kept by interpreter and source. */
export function pythonCore(
  { path, version }: PythonInterpreter,
  program: string,
  ...args: readonly string[]
): PythonCore {
  const source = join(root, "test/programs/python", program);
  const key = createHash("sha256").update(readFileSync(source)).update(path).digest("hex").slice(0, 12);
  const folder = join(cache, [version, program, ...args, key].join("-").replace(/[^\w.-]/g, "_"));
  const core = join(folder, "core");
  folderFilledOnce(folder, () => {
    const script = 'ulimit -c unlimited && exec "$0" "$@"';
    const options = { cwd: folder, encoding: "utf8", timeout: 60_000 } as const;
    const { stdout, stderr } = spawnSync("bash", ["-c", script, path, "-I", source, ...args], options);
    writeFileSync(join(folder, "stdout"), stdout);
    const written = readdirSync(folder).find((name) => name.startsWith("core"));
    if (written === undefined) throw new Error(`${path} ${program} wrote no core: ${stderr}`);
    renameSync(join(folder, written), core);
  });
  return { core, printed: readFileSync(join(folder, "stdout"), "utf8") };
}
