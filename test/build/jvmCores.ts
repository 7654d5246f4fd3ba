import { spawn, spawnSync } from "node:child_process";
import { createHash } from "node:crypto";
import { existsSync, mkdirSync, readdirSync, readFileSync, renameSync, rmSync, writeFileSync } from "node:fs";
import { join, resolve } from "node:path";
import { javaRuntime } from "./javaRuntimes";
import { javac, jcmd } from "./jdkTools";
import { folderMadeOnce } from "./madeOnce";
import { closeOpened } from "./openedFiles";

/**
 * Runs `test/programs/java/triage/Growing.java` on a JVM, saves what operators would save, and optionally kills it for
 * a core. Cores of JVMs are hundreds of megabytes (sparse): tests delete their folder when they are done.
 */

const root = resolve(__dirname, "../..");
const source = join(root, "test/programs/java/triage/Growing.java");

export type Scenario = "healthy" | "retention" | "churn" | "direct" | "loaders" | "threads" | "mixed";

export type JavaRelease = 11 | 17 | 21 | 25;

export interface JvmDraft {
  readonly release: JavaRelease;
  readonly scenario: Scenario;
  /** How long the scenario runs before the process says it is ready. */
  readonly seconds: number;
  /** Flags of the JVM beside the heap's size. */
  readonly flags: readonly string[];
  /** -Xmx in MiB; 96 when absent. */
  readonly heapMiB?: number;
  /** By the kernel when the process is killed, or by gdb while it waits. */
  readonly writesCore?: boolean | "gcore";
  readonly writesHeapDump?: boolean;
  /** Counts what a full collection leaves, after the core was taken by gdb. */
  readonly countsLive?: boolean;
}

/** Paths of what was saved; all taken while the program stood still, just before it was killed. */
export interface JvmRun {
  readonly folder: string;
  readonly nmt: string;
  readonly smaps: string;
  readonly status: string;
  readonly threads: string;
  readonly gcLog: string;
  readonly core: string;
  readonly heapDump: string;
  /** `jcmd Thread.dump_to_file -format=json`: virtual threads too (JDK 21 on). */
  readonly allThreads: string;
  /** `jcmd GC.class_histogram -all`, the last thing asked of the process. */
  readonly histogram: string;
  /** `jcmd GC.heap_info`, asked before the histogram. */
  readonly heapInfo: string;
  /** `jcmd GC.class_histogram` after a full collection. */
  readonly liveHistogram: string;
}

export async function runJvm(draft: JvmDraft, name: string): Promise<JvmRun> {
  const home = javaHome(draft.release);
  const classes = compiled();
  const folder = join(root, ".cache/jvm", `${name}-${process.pid}`);
  rmSync(folder, { recursive: true, force: true });
  mkdirSync(folder, { recursive: true });
  const run: JvmRun = {
    folder,
    nmt: join(folder, "nmt.txt"),
    smaps: join(folder, "smaps.txt"),
    status: join(folder, "status.txt"),
    threads: join(folder, "threads.txt"),
    gcLog: join(folder, "gc.log"),
    core: join(folder, "core"),
    heapDump: join(folder, "heap.hprof"),
    allThreads: join(folder, "threads.json"),
    histogram: join(folder, "histogram.txt"),
    heapInfo: join(folder, "heap-info.txt"),
    liveHistogram: join(folder, "live.txt"),
  };
  const script = 'ulimit -c unlimited && exec "$0" "$@"';
  const args = [
    `-Xmx${draft.heapMiB ?? 96}m`,
    `-Xlog:gc*:file=${run.gcLog}`,
    ...draft.flags,
    "-cp",
    classes,
    "Growing",
    draft.scenario,
    String(draft.seconds),
  ];
  const child = spawn("bash", ["-c", script, join(home, "bin/java"), ...args], {
    cwd: folder,
    stdio: ["ignore", "pipe", "pipe"],
  });
  const ended = new Promise<void>((resolve) => child.once("exit", () => resolve()));
  try {
    await new Promise<void>((ready, fail) => {
      let errors = "";
      child.stderr.on("data", (text: Buffer) => {
        errors += text.toString();
      });
      child.once("exit", (code) =>
        fail(new Error(`java ended with ${code} before it was ready:\n${errors}`)),
      );
      child.stdout.on("data", (text: Buffer) => {
        if (text.includes("ready")) ready();
      });
    });
    const pid = child.pid!;
    // First, since it is Java that writes it, and makes objects.
    if (draft.release >= 21) jcmd(home, pid, "Thread.dump_to_file", "-format=json", run.allThreads);
    if (draft.writesHeapDump) jcmd(home, pid, "GC.heap_dump", "-all", run.heapDump);
    writeFileSync(run.threads, jcmd(home, pid, "Thread.print"));
    if (draft.writesCore) writeFileSync(run.heapInfo, jcmd(home, pid, "GC.heap_info"));
    writeFileSync(run.nmt, jcmd(home, pid, "VM.native_memory", "summary", "scale=b"));
    writeFileSync(run.smaps, readFileSync(`/proc/${pid}/smaps`));
    writeFileSync(run.status, readFileSync(`/proc/${pid}/status`));
    if (draft.writesCore) writeFileSync(run.histogram, jcmd(home, pid, "GC.class_histogram", "-all"));
    if (draft.writesCore === "gcore") gcore(folder, pid, run.core);
    if (draft.countsLive) writeFileSync(run.liveHistogram, jcmd(home, pid, "GC.class_histogram"));
    child.kill(draft.writesCore === true ? "SIGABRT" : "SIGKILL");
    await ended;
  } finally {
    if (child.exitCode === null) child.kill("SIGKILL");
  }
  if (draft.writesCore === true) takeCore(run);
  return run;
}

export function deleteRun(run: JvmRun): void {
  closeOpened(run.folder);
  rmSync(run.folder, { recursive: true, force: true });
}

function takeCore({ folder, core }: JvmRun): void {
  const written = readdirSync(folder).find((name) => /^core(\.\d+)?$/.test(name));
  if (written === undefined)
    throw new Error(
      "The JVM wrote no core here. Run as root: echo core > /proc/sys/kernel/core_pattern, and allow ulimit -c unlimited",
    );
  if (join(folder, written) !== core) renameSync(join(folder, written), core);
}

function gcore(folder: string, pid: number, core: string): void {
  const done = spawnSync("gcore", ["-o", core, String(pid)], { cwd: folder, encoding: "utf8" });
  if (done.error !== undefined) throw new Error("gcore is missing. Install it: apt-get install gdb");
  if (done.status !== 0) throw new Error(`gcore failed:\n${done.stderr}`);
  renameSync(`${core}.${pid}`, core);
}

/** For the oldest JDK that runs it, with the names of variables. */
function compiled(): string {
  const key = createHash("sha256").update(readFileSync(source)).digest("hex").slice(0, 16);
  const folder = join(root, ".cache/jvm", `classes-g-${key}`);
  folderMadeOnce(folder, (fresh) => javac(javaHome(17), "--release", "11", "-g", "-d", fresh, source));
  return folder;
}

const advice = {
  17: "apt-get install openjdk-17-jdk-headless",
  25: "apt-get install temurin-25-jdk (from packages.adoptium.net), or unpack a JDK 25 under /usr/lib/jvm",
} as const;

/** A JDK of that release under /usr/lib/jvm, told by its `release` file. */
export function javaHome(release: JavaRelease): string {
  if (release === 11 || release === 21) return javaRuntime(release).home;
  const base = "/usr/lib/jvm";
  for (const name of existsSync(base) ? readdirSync(base) : []) {
    const file = join(base, name, "release");
    const isIt =
      existsSync(file) && new RegExp(`^JAVA_VERSION="${release}[."]`, "m").test(readFileSync(file, "utf8"));
    if (isIt && existsSync(join(base, name, "bin/javac"))) return join(base, name);
  }
  throw new Error(`JDK ${release} is missing. Install it: ${advice[release]}`);
}
