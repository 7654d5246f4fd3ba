import { spawn, spawnSync } from "node:child_process";
import { mkdtempSync, readdirSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { writeAdversarialDump } from "../../build/adversarialDumps";
import { bundle } from "../../build/bundle";

let folder: string;
let dump: string;
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), "exhume-memory-"));
  dump = join(folder, "heap.hprof");
  writeAdversarialDump(dump, "queue-and-map", 450_000);
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const analyze = () => [bundle("cli"), "analyze", dump, "--no-index", "--json"];

/** Ends in one sentence of ours, after whatever Node itself has to say, without an answer. */
function expectSentence({
  status,
  stdout,
  stderr,
}: {
  status: number | null;
  stdout: string;
  stderr: string;
}) {
  expect([status, stdout]).toEqual([70, ""]);
  expect(stderr.trimEnd().split("\n").at(-1)).toMatch(/^exhume analyze: .*(memory|could not start).*\.$/);
}

describe("without enough memory the command line ends in a sentence", () => {
  it.each([20, 8])("where Node's own heap may have %i MiB", (mebibytes) => {
    const run = spawnSync(process.execPath, [`--max-old-space-size=${mebibytes}`, ...analyze()], {
      encoding: "utf8",
    });
    if (run.status === 0) expect(JSON.parse(run.stdout).totals.objects).toBe(1_350_002);
    else expectSentence(run);
    if (mebibytes === 8) expect(run.status).not.toBe(0);
  });

  // Addresses, of which Node reserves far more than it uses.
  it.each([900_000, 1_400_000, 2_200_000])(
    "where it may have %i KiB of addresses (ulimit -v)",
    (kibibytes) => {
      const command = `ulimit -v ${kibibytes}; exec "$@"`;
      expectSentence(
        spawnSync("bash", ["-c", command, "bash", process.execPath, ...analyze()], { encoding: "utf8" }),
      );
    },
  );

  it("when the system kills it, and nothing of it goes on when its supervisor is killed", async () => {
    const run = spawn(process.execPath, analyze());
    let stderr = "";
    run.stderr.on("data", (text) => {
      stderr += text;
    });
    const ended = new Promise<number | null>((settle) => run.once("exit", settle));
    process.kill(await childOf(run.pid!), "SIGKILL");
    expect(await ended).toBe(70);
    expect(stderr).toMatch(
      /^exhume analyze: it was killed \(SIGKILL\), as systems do when memory runs out; .*\.\n$/m,
    );

    const other = spawn(process.execPath, analyze());
    const worker = await childOf(other.pid!);
    other.kill("SIGKILL");
    while (isAlive(worker)) await new Promise((next) => setImmediate(next));
  });
});

/** The process that works for another, as soon as there is one. */
async function childOf(parent: number): Promise<number> {
  for (;;) {
    for (const name of readdirSync("/proc")) {
      if (!/^\d+$/.test(name)) continue;
      try {
        const stat = readFileSync(`/proc/${name}/stat`, "utf8");
        if (Number(stat.slice(stat.lastIndexOf(")") + 2).split(" ")[1]) === parent) return Number(name);
      } catch {
        // It ended meanwhile.
      }
    }
    await new Promise((next) => setImmediate(next));
  }
}

function isAlive(pid: number): boolean {
  try {
    return !/^\d+ \(.*\) Z/.test(readFileSync(`/proc/${pid}/stat`, "utf8"));
  } catch {
    return false;
  }
}
