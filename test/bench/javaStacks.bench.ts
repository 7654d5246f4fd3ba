import { spawn, spawnSync } from "node:child_process";
import { mkdirSync, readdirSync, rmSync, writeFileSync } from "node:fs";
import { join, resolve } from "node:path";
import { it } from "vitest";
import { backtraceOf } from "../../analyzer/session/core/frames";
import { findJdks } from "../build/javaDumps";
import { impossibleFrames, javaStacksOf, plainStack, printedThreads } from "../build/javaStacks";
import { openCore } from "../build/openCore";
import { closeOpened } from "../build/openedFiles";

/**
 * Java's stacks of cores taken at random moments, for every installed JDK and collector: judged by the program's own
 * text (a caller's line names its callee) for threads that run, by `jcmd Thread.print` for those that stand still.
 * EXHUME_ROUNDS cores of each (3).
 */

const root = resolve(__dirname, "../..");
const source = join(root, "test/programs/java/stacks/Stacks.java");
const rounds = Number(process.env["EXHUME_ROUNDS"] ?? 3);
const collectors = ["Serial", "Parallel", "G1", "Z"] as const;

interface Row {
  cores: number;
  stacks: number;
  impossible: number;
  incomplete: number;
  guessed: number;
  same: number;
  different: number;
}

it("counts wrong frames of Java", async () => {
  const rows: Record<string, Row> = {};
  for (const jdk of findJdks()) {
    const folder = join(root, ".cache/jvm", `stacks-${process.pid}`);
    mkdirSync(folder, { recursive: true });
    spawnSync(join(jdk.compilerHome ?? jdk.home, "bin/javac"), ["-g", "-d", folder, source]);
    for (const collector of collectors) {
      const row: Row = {
        cores: 0,
        stacks: 0,
        impossible: 0,
        incomplete: 0,
        guessed: 0,
        same: 0,
        different: 0,
      };
      for (let round = 0; round < rounds; round++) {
        const printed = await runStacks(jdk.home, folder, `-XX:+Use${collector}GC`);
        await judge(folder, printed, row);
      }
      rows[`JDK ${jdk.version} ${collector}`] = row;
    }
    rmSync(folder, { recursive: true, force: true });
  }
  console.table(rows);
}, 3_600_000);

async function runStacks(home: string, folder: string, flag: string): Promise<string> {
  const script = 'ulimit -c unlimited && exec "$0" "$@"';
  const args = [
    join(home, "bin/java"),
    "-Xmx64m",
    flag,
    "-XX:ErrorFile=/dev/null",
    "-cp",
    folder,
    "Stacks",
    "all",
  ];
  const child = spawn("bash", ["-c", script, ...args], { cwd: folder, stdio: ["ignore", "pipe", "ignore"] });
  await new Promise<void>((ready) => {
    child.stdout.on("data", (text: Buffer) => {
      if (text.includes("ready")) ready();
    });
  });
  await new Promise((wait) => setTimeout(wait, 500 + Math.random() * 2000));
  const { stdout } = spawnSync(join(home, "bin/jcmd"), [String(child.pid), "Thread.print"], {
    encoding: "utf8",
  });
  const ended = new Promise((resolve) => child.once("exit", resolve));
  child.kill("SIGABRT");
  await ended;
  writeFileSync(join(folder, "jstack.txt"), stdout);
  return stdout;
}

async function judge(folder: string, printed: string, row: Row): Promise<void> {
  const name = readdirSync(folder).find((each) => /^core(\.\d+)?$/.test(each));
  if (name === undefined) throw new Error("The JVM wrote no core: see test/build/jvmCores.ts");
  const core = join(folder, name);
  const context = await openCore(core);
  const stacks = javaStacksOf(context);
  row.cores++;
  row.stacks += stacks.size;
  const wrong = impossibleFrames(stacks, "Stacks", source);
  row.impossible += wrong.length;
  for (const words of wrong) console.log(words);
  for (const thread of context.image.threads) {
    const { stopped, frames } = backtraceOf(context, thread);
    if (stopped !== "outermost" && stopped !== "zeroReturnAddress") row.incomplete++;
    if (frames.some(({ guessed, language }) => guessed && language === "Java")) row.guessed++;
  }
  for (const [thread, { frames }] of printedThreads(printed)) {
    // Threads that run have gone on since, and a virtual thread is not printed with its carrier.
    if (/^busy|Attach|ForkJoinPool|unblocker/.test(thread)) continue;
    const isSame = plainStack(frames).join() === plainStack(stacks.get(thread) ?? []).join();
    if (isSame) row.same++;
    else row.different++;
  }
  closeOpened(core);
  rmSync(core);
}
