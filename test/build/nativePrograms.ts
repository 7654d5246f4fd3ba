import { execFileSync, spawn, spawnSync } from "node:child_process";
import { createHash } from "node:crypto";
import { copyFileSync, readdirSync, readFileSync, renameSync, rmSync, writeFileSync } from "node:fs";
import { join, resolve } from "node:path";
import { folderFilledOnce, folderFilledOnceMeanwhile } from "./madeOnce";
import { findRustCompiler } from "./rustCompiler";

/**
 * Compiles native programs and makes them die. Everything is cached under `.cache/native` by the content of the
 * sources, the flags and the compiler's version: the paths in the cores stay valid as long as the cache does.
 */

const root = resolve(__dirname, "../..");
const sourceFolder = join(root, "test/programs/native");
const cacheFolder = join(root, ".cache/native");

export type Compiler =
  | "gcc"
  | "musl-gcc"
  | "g++"
  | "clang"
  | "clang++"
  | "rustc"
  | "aarch64-linux-gnu-gcc"
  | "s390x-linux-gnu-gcc"
  | "arm-linux-gnueabihf-gcc"
  | "gfortran"
  | "i686-linux-gnu-g++";

export interface ProgramDraft {
  /** Names in `test/programs/native`; the first is the main one. Headers beside them are part of the key. */
  readonly sources: readonly string[];
  readonly compiler: Compiler;
  readonly flags: readonly string[];
  /** Sources of a shared library beside the program, found through `$ORIGIN`. */
  readonly library?: readonly string[];
  /**
   * `separate`: debug information in `program.debug` named by `.gnu_debuglink`, program stripped of it.
   * `stripped`: no symbols at all. `zlib`, `zstd`: debug sections packed. `minidebug`: only `.gnu_debugdata`.
   * `package`: split DWARF gathered in `program.dwp`, the `.dwo` files deleted.
   */
  readonly after?: "separate" | "stripped" | "zlib" | "zstd" | "minidebug" | "package";
}

export interface BuiltProgram {
  readonly draft: ProgramDraft;
  readonly folder: string;
  /** The executable. */
  readonly path: string;
  /** The library when the draft has one. */
  readonly libraryPath?: string;
}

export function buildProgram(draft: ProgramDraft): BuiltProgram {
  const key = keyOf(draft, versionOf(draft.compiler));
  const folder = join(cacheFolder, `${draft.sources[0]!.replace(/\W/g, "-")}-${key}`);
  const path = join(folder, "program");
  const libraryPath = draft.library === undefined ? undefined : join(folder, "liborders.so");
  const built = { draft, folder, path, ...(libraryPath === undefined ? {} : { libraryPath }) };
  folderFilledOnce(folder, () => {
    compile(draft, folder, libraryPath);
    finish(draft, path);
  });
  return built;
}

/**
 * How the core comes to be: written by the kernel at the crash, the same with the pages of mapped files (what the JVM
 * asks for) or without even their first ones, by gdb's gcore of a waiting process, or by qemu.
 */
export type CoreWriter = "kernel" | "kernelWithFiles" | "kernelWithoutHeaders" | "gcore" | "qemu";

/** What the kernel dumps: the bits of coredump_filter in core(5). */
const coredumpFilters: Partial<Record<CoreWriter, string>> = {
  kernelWithFiles: "0x3f",
  kernelWithoutHeaders: "0x23",
};

/** What a program whose core the kernel wrote had said before. */
export function lastWordsOf(core: string): string {
  return readFileSync(join(core, "../stderr"), "utf8");
}

/** What a program had printed before gcore wrote its core. */
export function outputBefore(core: string): string {
  return readFileSync(join(core, "../stdout"), "utf8");
}

/**
 * Runs the program until it dies, or until it prints `ready` for gcore.
 * @returns path of the core file
 */
export async function coreOf(
  program: BuiltProgram,
  args: readonly string[],
  writer: CoreWriter = "kernel",
): Promise<string> {
  const folder = join(program.folder, [writer, ...args].join("-").replace(/[^\w.-]/g, "_"));
  const core = join(folder, "core");
  await folderFilledOnceMeanwhile(folder, async () => {
    if (writer === "gcore") await gcoreOf(program.path, args, folder, core);
    else if (writer !== "qemu") kernelCoreOf(program.path, args, folder, core, coredumpFilters[writer]);
    else qemuCoreOf(program, args, folder, core);
  });
  return core;
}

function kernelCoreOf(
  path: string,
  args: readonly string[],
  folder: string,
  core: string,
  coredumpFilter: string | undefined,
): void {
  const filter =
    coredumpFilter === undefined ? "" : `echo ${coredumpFilter} > /proc/self/coredump_filter && `;
  // A small stack keeps the core of an overflow small; exec keeps the shell out of it.
  const script = `${filter}ulimit -c unlimited && ulimit -s 1024 && exec "$0" "$@"`;
  const ended = spawnSync("bash", ["-c", script, path, ...args], {
    cwd: folder,
    timeout: 60_000,
    stdio: ["ignore", "ignore", "pipe"],
  });
  writeFileSync(join(folder, "stderr"), ended.stderr);
  const written = readdirSync(folder).find((name) => name.startsWith("core"));
  if (written === undefined) {
    const pattern = readFileSync("/proc/sys/kernel/core_pattern", "utf8").trim();
    throw new Error(
      `${path} ${args.join(" ")} ended by ${ended.signal ?? ended.status} and wrote no core (core_pattern is ` +
        `'${pattern}'). Run as root: echo core > /proc/sys/kernel/core_pattern`,
    );
  }
  if (join(folder, written) !== core) renameSync(join(folder, written), core);
}

function qemuCoreOf(
  { draft, path }: BuiltProgram,
  args: readonly string[],
  folder: string,
  core: string,
): void {
  const [machine] = draft.compiler.split("-");
  const emulator = `qemu-${machine}`;
  requireTool(emulator, "apt-get install qemu-user");
  const root = `/usr/${draft.compiler.replace(/-gcc$/, "")}`;
  const script = `ulimit -c unlimited && exec ${emulator} -L ${root} "$0" "$@"`;
  spawnSync("bash", ["-c", script, path, ...args], { cwd: folder, timeout: 60_000, stdio: "ignore" });
  const written = readdirSync(folder).find((name) => name.startsWith("qemu_"));
  if (written === undefined) throw new Error(`${emulator} wrote no core of ${path}`);
  renameSync(join(folder, written), core);
  for (const name of readdirSync(folder)) if (name.startsWith("core.")) rmSync(join(folder, name));
}

async function gcoreOf(path: string, args: readonly string[], folder: string, core: string): Promise<void> {
  requireTool("gcore", "apt-get install gdb");
  const process = spawn(path, [...args], { cwd: folder, stdio: ["ignore", "pipe", "ignore"] });
  let printed = "";
  try {
    await new Promise<void>((ready, fail) => {
      process.once("exit", () => fail(new Error(`${path} ended before it was ready`)));
      process.stdout.on("data", (text: Buffer) => {
        printed += text.toString();
        if (printed.includes("ready")) ready();
      });
    });
    writeFileSync(join(folder, "stdout"), printed);
    run("gcore", ["-o", core, String(process.pid)], folder);
    renameSync(`${core}.${process.pid}`, core);
  } finally {
    process.kill("SIGKILL");
  }
}

function compile(draft: ProgramDraft, folder: string, libraryPath: string | undefined): void {
  if (draft.compiler !== "rustc") requireTool(draft.compiler, installAdvice[draft.compiler]);
  for (const name of readdirSync(sourceFolder)) copyFileSync(join(sourceFolder, name), join(folder, name));
  const sources = draft.sources.map((name) => join(folder, name));
  const path = join(folder, "program");
  if (draft.compiler === "rustc") {
    const { command, environment } = findRustCompiler();
    run(command, [...draft.flags, "-o", path, sources[0]!], folder, environment);
    return;
  }
  const link: string[] = [];
  if (libraryPath !== undefined) {
    const library = draft.library!.map((name) => join(folder, name));
    const flags = draft.flags.filter((flag) => !["-static", "-no-pie", "-pie"].includes(flag));
    run(cCompilerOf(draft.compiler), [...flags, "-fPIC", "-shared", "-o", libraryPath, ...library], folder);
    link.push(libraryPath, "-Wl,-rpath,$ORIGIN");
  }
  const threads = draft.compiler.includes("aarch64") ? [] : ["-pthread"];
  if (draft.compiler.startsWith("i686")) link.push(...i386Link);
  run(draft.compiler, [...draft.flags, ...threads, "-o", path, ...sources, ...link], folder);
}

function finish(draft: ProgramDraft, path: string): void {
  const prefix = draft.compiler.startsWith("aarch64") ? "aarch64-linux-gnu-" : "";
  const objcopy = `${prefix}objcopy`;
  const folder = join(path, "..");
  switch (draft.after) {
    case "separate":
      run(objcopy, ["--only-keep-debug", path, `${path}.debug`], folder);
      run(objcopy, ["--strip-all", "--add-gnu-debuglink=program.debug", path], folder);
      break;
    case "stripped":
      run(`${prefix}strip`, ["--strip-all", path], folder);
      break;
    case "zlib":
    case "zstd":
      run(objcopy, [`--compress-debug-sections=${draft.after}`, path], folder);
      break;
    case "minidebug":
      run(objcopy, ["--strip-debug", path, `${path}.mini`], folder);
      run("xz", ["-f", `${path}.mini`], folder);
      run(objcopy, ["--strip-all", path], folder);
      run(objcopy, ["--add-section", `.gnu_debugdata=${path}.mini.xz`, path], folder);
      break;
    case "package":
      // The dwp of binutils 2.40 cannot read DWARF 5.
      requireTool("llvm-dwp", "apt-get install llvm");
      run("llvm-dwp", ["-e", path, "-o", `${path}.dwp`], folder);
      for (const name of readdirSync(folder)) if (name.endsWith(".dwo")) rmSync(join(folder, name));
      break;
    case undefined:
      break;
  }
}

const installAdvice: Readonly<Record<Exclude<Compiler, "rustc">, string>> = {
  gcc: "apt-get install gcc",
  "musl-gcc": "apt-get install musl-tools",
  "g++": "apt-get install g++",
  clang: "apt-get install clang",
  "clang++": "apt-get install clang",
  "aarch64-linux-gnu-gcc": "apt-get install gcc-aarch64-linux-gnu",
  "s390x-linux-gnu-gcc": "apt-get install gcc-s390x-linux-gnu libc6-dev-s390x-cross",
  "arm-linux-gnueabihf-gcc": "apt-get install gcc-arm-linux-gnueabihf libc6-dev-armhf-cross",
  gfortran: "apt-get install gfortran",
  "i686-linux-gnu-g++": "apt-get install g++-i686-linux-gnu",
};

/** The cross compiler's own C library, so that nothing 32-bit need be installed to run the program. */
const i386Root = "/usr/i686-linux-gnu/lib";
const i386Link = [
  `-Wl,--dynamic-linker=${i386Root}/ld-linux.so.2`,
  `-Wl,-rpath,${i386Root}`,
  // DT_RPATH also counts for what libraries need: libstdc++ needs libm.
  "-Wl,--disable-new-dtags",
];

function cCompilerOf(compiler: Compiler): string {
  return compiler.replace("clang++", "clang").replace("g++", "gcc");
}

const versions = new Map<string, string>();

function versionOf(compiler: Compiler): string {
  let version = versions.get(compiler);
  if (version === undefined) {
    version = compiler === "rustc" ? findRustCompiler().version : installedVersionOf(compiler);
    versions.set(compiler, version);
  }
  return version;
}

function installedVersionOf(compiler: Exclude<Compiler, "rustc">): string {
  requireTool(compiler, installAdvice[compiler]);
  return execFileSync(compiler, ["--version"], { encoding: "utf8" });
}

function keyOf(draft: ProgramDraft, version: string): string {
  const hash = createHash("sha256").update(version).update(JSON.stringify(draft));
  if (draft.compiler.startsWith("i686")) hash.update(JSON.stringify(i386Link));
  const own = new Set([...draft.sources, ...(draft.library ?? [])]);
  for (const name of readdirSync(sourceFolder).sort()) {
    if (own.has(name) || name.endsWith(".h")) hash.update(readFileSync(join(sourceFolder, name)));
  }
  return hash.digest("hex").slice(0, 12);
}

/** Fails the test with the command that installs what is missing. */
export function requireTool(tool: string, advice: string): void {
  if (spawnSync("which", [tool], { stdio: "ignore" }).status !== 0) {
    throw new Error(`${tool} is missing. Install it: ${advice}`);
  }
}

function run(tool: string, args: readonly string[], cwd: string, env = process.env): void {
  const done = spawnSync(tool, [...args], { cwd, env, encoding: "utf8", timeout: 120_000 });
  if (done.status !== 0)
    throw new Error(
      `${tool} ${args.join(" ")} ended with ${done.signal ?? done.status}:\n${done.stderr}${done.error ?? ""}`,
    );
}
