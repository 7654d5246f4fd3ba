import { spawn } from "node:child_process";
import { closeSync, mkdtempSync, readdirSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { ExhumeError } from "../../../analyzer/base/errors";
import { ProblemList } from "../../../analyzer/base/problems";
import type { Work } from "../../../analyzer/base/work";
import { identityOf } from "../../../analyzer/session/files/fileIdentity";
import { FileSource } from "../../../analyzer/session/files/fileSource";
import { heapRoom } from "../../../analyzer/session/heap/heapRoom";
import { writeAdversarialDump } from "../../build/adversarialDumps";
import { bundle } from "../../build/bundle";
import { exhumeJson } from "../../build/cli";

let folder: string;
let path: string;
let indexDirectory: string;
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), "exhume-cancel-"));
  path = join(folder, "queue.hprof");
  indexDirectory = join(folder, "index");
  writeAdversarialDump(path, "queue-and-map", 30_000);
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

/** Indexes the dump; `watch` hears every step and throws to cancel from then on. */
async function index(stopAt: string | undefined, steps: string[] = []) {
  const source = FileSource.open(path);
  const problems = new ProblemList();
  let stopped = false;
  const work: Work = {
    report(text) {
      // The estimate in brackets depends on the clock.
      const step = text.replace(/ \(.*/, "");
      if (steps.at(-1) !== step) steps.push(step);
      stopped ||= step === stopAt;
    },
    throwIfCancelled() {
      if (stopped) throw new ExhumeError({ code: "cancelled" });
    },
  };
  try {
    const built = await heapRoom.build(
      {
        source,
        file: source.share(),
        path,
        // As of a file that has lain there: one that was written just now is compared before its index is trusted.
        identity: identityOf(source, Date.now() + 60_000),
        options: { indexDirectory, sizeModel: "compressed-oops" },
        workerFolder: dirname(bundle("passWorker")),
        problems,
        work,
      },
      () => undefined,
    );
    if (built.stored !== undefined) closeSync(built.stored.fd);
    return { built, problems: problems.toArray() };
  } finally {
    source.close();
  }
}

const filesLeft = (): string[] => {
  try {
    return readdirSync(indexDirectory);
  } catch {
    return [];
  }
};

describe("indexing a heap dump", () => {
  it("stops at every stage when cancelled, leaves no file behind, and works the next time", async () => {
    const steps: string[] = [];
    await index(undefined, steps);
    const saved = filesLeft();
    expect(saved).toHaveLength(1);
    expect(steps).toContain("Saving the index");
    expect(new Set(steps).size).toBeGreaterThan(8);
    for (const step of new Set(steps)) {
      rmSync(indexDirectory, { recursive: true, force: true });
      await expect(index(step), step).rejects.toMatchObject({ fault: { code: "cancelled" } });
      expect(filesLeft(), step).toEqual([]);
    }
    const again = await index(undefined);
    expect(again.built.fromSavedIndex).toBe(false);
    expect(filesLeft()).toEqual(saved);
    const reading: string[] = [];
    expect((await index(undefined, reading)).built.fromSavedIndex).toBe(true);
    await expect(index(reading.at(-1))).rejects.toMatchObject({ fault: { code: "cancelled" } });
    // Cancelling the reading of an index is no reason to throw it away.
    expect(filesLeft()).toEqual(saved);
    expect(reading.at(-1)).toBe("Reading the saved index");
  });

  it("that is killed in the middle is begun again, and the next opening says so", async () => {
    const big = join(folder, "big.hprof");
    writeAdversarialDump(big, "queue-and-map", 200_000);
    const args = [bundle("cli"), "index", big, "--index", indexDirectory, "--json"];
    const child = spawn(process.execPath, args, { stdio: "ignore" });
    const ended = new Promise((settle) => child.once("exit", settle));
    // The process that works is a child of the one that was started.
    let worker: string | undefined;
    while (worker === undefined) {
      expect(child.exitCode).toBeNull();
      await new Promise((settle) => setTimeout(settle, 5));
      worker = filesLeft().flatMap((name) => /\.(\d+)\.part$/.exec(name)?.[1] ?? [])[0];
    }
    process.kill(Number(worker), "SIGKILL");
    expect(await ended).toBe(70);
    const opened = await exhumeJson<{ problems: { code: string }[] }>(
      "analyze",
      big,
      "--index",
      indexDirectory,
    );
    expect(opened.problems.map(({ code }) => code)).toContain("index-interrupted");
    expect(filesLeft().filter((name) => name.endsWith(".part"))).toEqual([]);
    const again = await exhumeJson<{ problems: { code: string }[] }>(
      "analyze",
      big,
      "--index",
      indexDirectory,
    );
    expect(again.problems.map(({ code }) => code)).not.toContain("index-interrupted");
  });
});
