import { execFileSync, spawn } from "node:child_process";
import { copyFileSync, cpSync, existsSync, mkdirSync, readdirSync, renameSync, rmSync } from "node:fs";
import { join, resolve } from "node:path";
import type { CoreOptions } from "../../analyzer/protocol/dump/open";
import { debianJavaRoot } from "./debianJava";
import { findJdks } from "./javaDumps";
import { armJavaRuntime, javaRuntime } from "./javaRuntimes";

/** Runs `test/programs/java/releases/Standing.java` on a JVM of any release and machine, and has it write a core. */

const root = resolve(__dirname, "../..");

/** A JVM: how it is called, and where the analyzer finds what ran. */
export interface StandingJvm {
  readonly release: number;
  readonly machine: "x86-64" | "aarch64";
  readonly command: readonly string[];
  readonly core: CoreOptions;
  /** It sees this folder as its root. */
  readonly within?: string;
}

export interface StandingRun {
  readonly folder: string;
  readonly core: string;
  /** Written by the process itself, one after the other, while its threads stood still. */
  readonly threads: string;
  readonly heapDump: string;
}

/** JVMs of packages that are pinned, and of Debian's unstable distribution. */
export function standingJvms(): StandingJvm[] {
  return [
    ...([11, 21] as const).map(
      (release): StandingJvm => ({
        release,
        machine: "x86-64",
        command: [join(javaRuntime(release).home, "bin/java")],
        core: {},
      }),
    ),
    debianOfPc(),
    ...([8, 11, 17] as const).map(debianOfArm),
    ...([21, 25] as const).map((release): StandingJvm => {
      const home = armJavaRuntime(release);
      return emulated(release, home, join(home, "lib"), "/usr/aarch64-linux-gnu");
    }),
  ];
}

const withinRoot = 'mount -t proc proc "$0/proc" && mount --bind /dev "$0/dev" && exec chroot "$0" "$@"';

/** Its C library is newer than what is installed: it runs with its own below a root of its own, which takes root's rights. */
function debianOfPc(): StandingJvm {
  const system = debianJavaRoot("amd64");
  const java = "/usr/lib/jvm/java-8-openjdk-amd64/bin/java";
  return {
    release: 8,
    machine: "x86-64",
    command: ["unshare", "--mount", "sh", "-c", withinRoot, system, java],
    core: { sysroot: system },
    within: system,
  };
}

function debianOfArm(release: 8 | 11 | 17): StandingJvm {
  const system = debianJavaRoot("arm64");
  const home = join(system, `usr/lib/jvm/java-${release}-openjdk-arm64`);
  return emulated(release, home, join(home, release === 8 ? "jre/lib/aarch64" : "lib"), system);
}

function emulated(release: number, home: string, library: string, sysroot: string): StandingJvm {
  const program = join(home, "bin/java");
  return {
    release,
    machine: "aarch64",
    command: ["qemu-aarch64", "-L", sysroot, program],
    core: { program, sysroot, debugInfoPaths: [library, join(library, "server"), join(library, "jli")] },
  };
}

/** @param name of the folder, which the caller deletes */
export async function runStanding(
  jvm: StandingJvm,
  flags: readonly string[],
  name: string,
): Promise<StandingRun> {
  const folder = join(root, ".cache/jvm", `${name}-${process.pid}`);
  rmSync(folder, { recursive: true, force: true });
  mkdirSync(folder, { recursive: true });
  const seen = jvm.within === undefined ? folder : "/tmp/standing";
  const shared = jvm.within === undefined ? folder : join(jvm.within, seen);
  rmSync(shared, { recursive: true, force: true });
  mkdirSync(shared, { recursive: true });
  compileInto(join(shared, "classes"));
  const settings = ["-Xmx48m", "-XX:ErrorFile=/dev/null", ...flags];
  const args = [...jvm.command, ...settings, "-cp", join(seen, "classes"), "Standing", seen];
  const child = spawn("bash", ["-c", 'ulimit -c unlimited && exec "$0" "$@"', ...args], {
    cwd: folder,
    stdio: ["ignore", "pipe", "pipe"],
  });
  const ended = new Promise<void>((done) => child.once("exit", () => done()));
  try {
    await new Promise<void>((ready, fail) => {
      let printed = "";
      child.stderr.on("data", (text: Buffer) => {
        printed += text.toString();
      });
      child.once("exit", () => fail(new Error(`Java ${jvm.release} ended before it was ready:\n${printed}`)));
      child.stdout.on("data", (text: Buffer) => {
        if (text.includes("ready")) ready();
      });
    });
  } finally {
    child.kill("SIGABRT");
    await ended;
  }
  const core = join(folder, "core");
  takeCore(jvm, folder, core);
  if (shared !== folder) {
    for (const each of ["threads.txt", "heap.hprof"]) copyFileSync(join(shared, each), join(folder, each));
    rmSync(shared, { recursive: true });
  }
  return { folder, core, threads: join(folder, "threads.txt"), heapDump: join(folder, "heap.hprof") };
}

/** The emulator writes one of the program, and the kernel one of the emulator; in a root of its own it is in that. */
function takeCore({ machine, within }: StandingJvm, folder: string, core: string): void {
  const isOurs = machine === "aarch64" ? /^qemu_/ : /^core(\.\d+)?$/;
  for (const place of [folder, ...(within === undefined ? [] : [within])]) {
    for (const name of readdirSync(place)) {
      if (isOurs.test(name)) renameSync(join(place, name), join(folder, "taken"));
      else if (/^core(\.\d+)?$/.test(name)) rmSync(join(place, name));
    }
  }
  if (!existsSync(join(folder, "taken")))
    throw new Error("The JVM wrote no core: see test/build/jvmCores.ts");
  renameSync(join(folder, "taken"), core);
}

let compiled: string | undefined;

/** In Java 8, which the newest JDK still compiles for. */
function compileInto(folder: string): void {
  if (compiled === undefined || !existsSync(compiled)) {
    compiled = join(root, ".cache/jvm", `standing-${process.pid}`);
    const jdk = findJdks().at(-1)!;
    const source = join(root, "test/programs/java/releases/Standing.java");
    execFileSync(join(jdk.home, "bin/javac"), ["-g", "-nowarn", "--release", "8", "-d", compiled, source]);
  }
  cpSync(compiled, folder, { recursive: true });
}
