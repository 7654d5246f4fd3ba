import { join, resolve } from "node:path";
import { afterAll, describe, expect, it } from "vitest";
import type { TriageVerdict } from "../../../analyzer/protocol/triage/verdict";
import { exhumeJson, runExhume } from "../../build/cli";
import { deleteRun, type JvmDraft, type JvmRun, runJvm } from "../../build/jvmCores";

/** What test/programs/go/leak.go printed, with 1500 requests and with 12. */
const texts = resolve(__dirname, "../../texts");

const runs: JvmRun[] = [];
afterAll(() => runs.forEach(deleteRun));

async function run(draft: JvmDraft, name: string): Promise<JvmRun> {
  const done = await runJvm(draft, name);
  runs.push(done);
  return done;
}

const nmt = "-XX:NativeMemoryTracking=summary";

describe("triage of real processes", () => {
  it.each<[string, Omit<JvmDraft, "flags" | "release"> & { release?: 17 | 25 }]>([
    ["none", { scenario: "healthy", seconds: 5, heapMiB: 64 }],
    ["retention", { scenario: "retention", seconds: 4, heapMiB: 256, writesHeapDump: true }],
    ["churn", { scenario: "churn", seconds: 4, heapMiB: 64 }],
    ["off-heap", { scenario: "direct", seconds: 1, heapMiB: 256 }],
    ["off-heap", { scenario: "loaders", seconds: 1, heapMiB: 128, release: 25 }],
    ["thread-leak", { scenario: "threads", seconds: 1, release: 25 }],
  ])("says %s", async (cause, draft) => {
    // A small young generation: many collections, however slow the machine.
    const flags = [nmt, "-XX:+UseSerialGC", ...(cause === "retention" ? ["-Xmn16m"] : [])];
    const {
      heapDump,
      nmt: report,
      smaps,
      status,
      gcLog,
      threads,
    } = await run({ release: 17, ...draft, flags }, `triage-${draft.scenario}`);
    const verdict = await exhumeJson<TriageVerdict & { schemaVersion: number }>(
      "triage",
      report,
      smaps,
      status,
      gcLog,
      threads,
    );
    expect(
      verdict,
      JSON.stringify({ ...verdict, account: undefined, next: undefined }, null, 1),
    ).toMatchObject({ schemaVersion: 1, cause });
    const { parts, rssBytes, unexplainedBytes } = verdict.account;
    const sum = parts.reduce((total, part) => total + part.bytes, 0);
    expect(sum + unexplainedBytes!).toBe(rssBytes);
    for (const step of verdict.next) {
      expect(step.command.length).toBeGreaterThan(5);
      expect([step.pause, step.disk, step.risk].every((text) => text.length > 0)).toBe(true);
    }
    if (cause !== "retention") return;
    expect(verdict.figures["floorSlopeMBPerHour"]).toBeGreaterThan(0);
    // A heap dump and a GC log are what people have most often.
    const fromDump = await exhumeJson<TriageVerdict>("triage", heapDump, gcLog, smaps);
    expect(fromDump, JSON.stringify(fromDump.isNot)).toMatchObject({ cause: "retention" });
    expect(fromDump.figures["floorSlopeMBPerHour"]).toBeGreaterThan(0);
    expect(fromDump.account.parts.map(({ name }) => name)).toEqual(
      expect.arrayContaining(["Java heap: live", "Java heap: garbage"]),
    );
  });

  it("says off-heap from a core alone, with NMT and without", async () => {
    for (const flags of [[nmt], []]) {
      const { core } = await run(
        {
          release: 17,
          scenario: "direct",
          seconds: 1,
          flags: ["-XX:+UseSerialGC", ...flags],
          heapMiB: 256,
          writesCore: true,
        },
        `triage-core-${flags.length}`,
      );
      expect((await exhumeJson<TriageVerdict>("triage", core)).cause).toBe("off-heap");
    }
  });

  it("finds a clean heap dump to be evidence beside a grown process", async () => {
    const {
      nmt: report,
      smaps,
      heapDump,
    } = await run(
      {
        release: 17,
        scenario: "direct",
        seconds: 1,
        flags: [nmt, "-XX:+UseSerialGC"],
        heapMiB: 256,
        writesHeapDump: true,
      },
      "triage-dump",
    );
    const verdict = await exhumeJson<TriageVerdict>("triage", heapDump, report, smaps, "--limit", "512m");
    expect(verdict.cause).toBe("off-heap");
    expect(verdict.figures["heapLiveBytes"]).toBeGreaterThan(0);
    const retention = verdict.isNot.find((each) => each.cause === "retention");
    expect(retention?.sentence).toContain("The heap is clean: that is evidence");
    expect(verdict.account.limitBytes).toBe(512 * 1024 ** 2);
  });

  it("says why NMT tells nothing when it was off, and what to ask the JVM that smaps shows", async () => {
    const { nmt: off, smaps } = await run(
      { release: 25, scenario: "healthy", seconds: 0, flags: ["-XX:+UseSerialGC"] },
      "triage-nmt-off",
    );
    const { out, code } = await runExhume("triage", off, smaps, "--json");
    // Totals are lower bounds.
    expect(code).toBe(1);
    const verdict = JSON.parse(out) as TriageVerdict;
    expect(verdict.cause).toBe("undetermined");
    expect(verdict.inputs[0]).toMatchObject({
      what: "NMT",
      problems: [expect.stringContaining("-XX:NativeMemoryTracking=summary")],
    });
    const fromMap = await exhumeJson<TriageVerdict>("triage", smaps);
    expect(fromMap.next.some(({ command }) => command.startsWith("jcmd PID VM.native_memory"))).toBe(true);
  });

  it("says undetermined, and what to save, when one text is all there is", async () => {
    const { status } = await run(
      { release: 17, scenario: "healthy", seconds: 0, flags: [] },
      "triage-status",
    );
    const verdict = await exhumeJson<TriageVerdict>("triage", status);
    expect(verdict).toMatchObject({ cause: "undetermined", confidence: "low" });
    expect(verdict.next.length).toBeGreaterThan(0);
  });

  it("says thread-leak of a Go server's goroutines, and nothing of a few", async () => {
    const leak = await exhumeJson<TriageVerdict>("triage", join(texts, "goroutines-leak.txt.gz"));
    expect(leak.cause).toBe("thread-leak");
    expect(leak.because[0]).toContain("created by main.serve");
    const few = await exhumeJson<TriageVerdict>("triage", join(texts, "goroutines-few.txt"));
    expect(few.cause).toBe("undetermined");
    expect(few.isNot.find(({ cause }) => cause === "thread-leak")).toMatchObject({ known: true });
  });
});
