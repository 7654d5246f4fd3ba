import { spawn, spawnSync } from "node:child_process";
import { mkdirSync, rmSync } from "node:fs";
import { join, resolve } from "node:path";
import { expect, it } from "vitest";
import { unwatched } from "../../analyzer/base/work";
import type { CoreLightThread } from "../../analyzer/protocol/core/lightThreads";
import type { CoreBacktrace } from "../../analyzer/protocol/core/stacks";
import type { Page } from "../../analyzer/protocol/wire";
import type { CoreContext } from "../../analyzer/session/core/coreContext";
import { coreRoom } from "../../analyzer/session/core/coreRoom";
import { findJdks, type Jdk } from "../build/javaDumps";
import { javaRuntime } from "../build/javaRuntimes";
import { openCore } from "../build/openCore";
import { dumpedVirtualStacks, virtualStacksOf } from "../build/virtualStacks";

/**
 * Virtual threads of a core beside what `jcmd Thread.dump_to_file -format=json` says of the same process, JDK 21 and 25:
 * names and every frame; fails at a difference. EXHUME_VIRTUAL_THREADS of them (60) beside nine that are each in a state of
 * its own, among them one that goes on while most of its frames are still in the heap.
 */

const root = resolve(__dirname, "../..");
const source = join(root, "test/programs/java/stacks/VirtualStacks.java");
const count = Number(process.env["EXHUME_VIRTUAL_THREADS"] ?? 60);
const collectors = ["Serial", "Parallel", "G1", "Z"] as const;

it("has the virtual threads that jcmd lists, with their stacks", async () => {
  const folder = join(root, ".cache/jvm", `virtual-${process.pid}`);
  const newest = findJdks().at(-1)!;
  const rows: Record<string, { threads: number; frames: number }> = {};
  for (const jdk of [javaRuntime(21), newest]) {
    mkdirSync(folder, { recursive: true });
    spawnSync(join(newest.home, "bin/javac"), ["--release", "21", "-d", folder, source]);
    // ZGC of 21 without generations has structures that are not read.
    for (const collector of collectors.filter((each) => jdk.version > 21 || each !== "Z")) {
      const { core, dump } = await runVirtualStacks(jdk, folder, `-XX:+Use${collector}GC`);
      const ours = await virtualStacksIn(await openCore(core));
      const theirs = dumpedVirtualStacks(dump, new Set(ours.keys()));
      expect(theirs.size).toBe(count + 9);
      expect(ours).toEqual(theirs);
      const frames = [...ours.values()].reduce((sum, thread) => sum + thread.frames.length, 0);
      rows[`JDK ${jdk.version} ${collector}`] = { threads: ours.size, frames };
      rmSync(core);
    }
    rmSync(folder, { recursive: true, force: true });
  }
  console.table(rows);
}, 3_600_000);

async function virtualStacksIn(context: CoreContext) {
  const ask = async <Result>(method: string, params: object) =>
    (await coreRoom.answers[method]!.answer(context, params as never, unwatched)) as Result;
  const page = { start: 0, count: 1_000_000 };
  const { rows } = await ask<Page<CoreLightThread>>("core/lightThreads", page);
  const lwps = rows.map(({ lwp }) => lwp);
  const { threads } = await ask<{ readonly threads: readonly CoreBacktrace[] }>("core/backtrace", { lwps });
  return virtualStacksOf(threads);
}

/** Runs the program until it stands, and takes its thread dump and its core. */
async function runVirtualStacks({ home }: Jdk, folder: string, flag: string) {
  // Two threads run for ever, and carriers are as many as processors.
  const args = [
    "-Xmx256m",
    "-Djdk.virtualThreadScheduler.parallelism=6",
    flag,
    "-cp",
    folder,
    "VirtualStacks",
  ];
  const child = spawn(join(home, "bin/java"), [...args, String(count)], {
    stdio: ["ignore", "pipe", "inherit"],
  });
  const ended = new Promise<void>((resolve) => child.once("exit", () => resolve()));
  try {
    await new Promise<void>((ready, fail) => {
      child.once("exit", (code) => fail(new Error(`java ended with ${code}`)));
      child.stdout.on("data", (text: Buffer) => {
        if (text.includes("ready")) ready();
      });
    });
    const dump = join(folder, "threads.json");
    rmSync(dump, { force: true });
    const pid = String(child.pid);
    spawnSync(join(home, "bin/jcmd"), [pid, "Thread.dump_to_file", "-format=json", dump]);
    const core = join(folder, "core");
    const { status, stderr } = spawnSync("gcore", ["-o", core, pid], { encoding: "utf8" });
    if (status !== 0) throw new Error(`gcore failed:\n${stderr}`);
    return { core: `${core}.${pid}`, dump };
  } finally {
    child.kill("SIGKILL");
    await ended;
  }
}
