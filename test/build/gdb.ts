import { spawn, spawnSync } from "node:child_process";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { requireTool } from "./nativePrograms";

export interface GdbFrame {
  readonly pc: string;
  readonly kind: "normal" | "inline" | "tailcall" | "signal" | "other" | "error";
  readonly function: string | null;
  readonly file: string | null;
  readonly line: number | null;
}

export interface GdbThread {
  readonly lwp: number;
  readonly frames: readonly GdbFrame[];
}

/** All stacks of a core as gdb sees them, frames past `main` included. */
export function gdbStacks(program: string, core: string): GdbThread[] {
  return stacksAfter("gdb", [`file ${program}`, `core-file ${core}`]);
}

/** The same of a core of another machine. @param root where its libraries are */
export function gdbStacksOfMachine(root: string, program: string, core: string): GdbThread[] {
  return stacksAfter("gdb-multiarch", [`set sysroot ${root}`, `file ${program}`, `core-file ${core}`]);
}

/** Stacks of an aarch64 program at its crash, seen by gdb through qemu while it lives. Addresses do not vary. */
export function gdbStacksUnderQemu(program: string, args: readonly string[]): GdbThread[] {
  requireTool("qemu-aarch64", "apt-get install qemu-user");
  const folder = mkdtempSync(join(tmpdir(), "exhume-gdb-"));
  const socket = join(folder, "gdb");
  const qemu = spawn("qemu-aarch64", ["-g", socket, "-L", aarch64Root, program, ...args], {
    stdio: "ignore",
  });
  try {
    return stacksAfter("gdb-multiarch", [
      `set sysroot ${aarch64Root}`,
      `file ${program}`,
      "set tcp connect-timeout 10",
      `shell while [ ! -S ${socket} ]; do sleep 0.05; done`,
      `target remote ${socket}`,
      "handle SIGUSR1 nostop noprint pass",
      "continue",
    ]);
  } finally {
    qemu.kill("SIGKILL");
    rmSync(folder, { recursive: true, force: true });
  }
}

/** Where Debian keeps the libraries of its aarch64 cross compiler. */
export const aarch64Root = "/usr/aarch64-linux-gnu";

function stacksAfter(gdb: "gdb" | "gdb-multiarch", before: readonly string[]): GdbThread[] {
  requireTool(gdb, `apt-get install ${gdb}`);
  const commands = [
    "set backtrace past-main on",
    "set backtrace past-entry on",
    "set debuginfod enabled off",
    ...before,
    `source ${join(__dirname, "gdbFrames.py")}`,
  ];
  const args = ["-batch", "-nx", ...commands.flatMap((command) => ["-ex", command])];
  const done = spawnSync(gdb, args, { encoding: "utf8", timeout: 120_000, maxBuffer: 1 << 30 });
  const line = done.stdout.split("\n").find((each) => each.startsWith("FRAMES "));
  if (line === undefined)
    throw new Error(`${gdb} printed no frames after ${before.join("; ")}:\n${done.stdout}${done.stderr}`);
  const threads = JSON.parse(line.slice("FRAMES ".length)) as GdbThread[];
  // gdb numbers the threads of one core in varying order.
  return threads.sort((a, b) => a.lwp - b.lwp);
}
