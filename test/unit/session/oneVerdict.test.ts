import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { afterAll, beforeAll, expect, it } from "vitest";
import { runCli } from "../../../analyzer/fronts/cli/main";
import { exportInvestigation } from "../../../analyzer/session/dumps/investigation";
import { checkGrowth } from "../../../analyzer/session/heap/checkGrowth";
import { SessionStore } from "../../../analyzer/session/sessionStore";
import { answerVerdict } from "../../../analyzer/session/triage/triageAnswers";
import { bundle } from "../../build/bundle";
import { shopDump } from "../../build/shopDump";

const signal = new AbortController().signal;
const workerFolder = dirname(bundle("dumpWorker"));
let folder: string;
let store: SessionStore;
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), "exhume-verdict-"));
  store = new SessionStore({ workerFolder, onState: () => undefined });
});
afterAll(async () => {
  await store.dispose();
  rmSync(folder, { recursive: true });
});

async function printed(...args: readonly string[]): Promise<string> {
  let out = "";
  const terminal = {
    out: (text: string) => {
      out += text;
    },
    err: () => undefined,
    isInteractive: false,
    columns: 120,
  };
  await runCli({ args: [...args, "--no-index"], terminal, workerFolder, signal });
  return out;
}

async function opened(orders: number) {
  const path = join(folder, `${orders}.hprof`);
  writeFileSync(path, shopDump(orders));
  return store.open(path, { useSavedIndex: false });
}

it("is the same in every front: suspects, overview, report, triage and check", async () => {
  const session = await opened(3_000);
  // What the editor's overview and suspects show.
  const { verdict, suspects } = await session.ask("heap/suspects", {});
  expect(verdict.health).toBe("leaks");
  const { field, shape, confidence } = suspects[0]!;
  expect(verdict.sentence).toContain(`${field!.className}.${field!.name} holds `);
  expect(verdict.sentence).toContain(confidence);

  expect(await printed("suspects", session.path)).toContain(verdict.sentence);
  expect(JSON.parse(await printed("suspects", session.path, "--json"))).toMatchObject({ verdict });

  const report = await exportInvestigation(session, [], { format: "markdown" }, {}, signal);
  expect(report.text.replaceAll("\\", "")).toContain(verdict.sentence);

  const triage = await answerVerdict([session], undefined);
  expect(triage.cause).toBe("retention");
  expect(triage.because).toContain(verdict.sentence);
  expect(triage.summary.toLowerCase()).toContain(verdict.sentence.toLowerCase());

  const limits = { maxGrowth: 0, classLimits: [], failOn: [shape!] };
  const { outcomes } = await checkGrowth([session, session], limits);
  expect(outcomes.find(({ limit }) => limit === `fail-on ${shape}`)?.field).toEqual(field);
});

it("says plainly when nothing stands out", async () => {
  const session = await opened(1);
  const { verdict, suspects } = await session.ask("heap/suspects", {});
  expect(suspects).toEqual([]);
  expect(verdict).toMatchObject({ health: "healthy" });
  expect(verdict.sentence).toMatch(/^Nothing stands out: the heap looks healthy\./);
  expect(await printed("suspects", session.path)).toContain(verdict.sentence);
  const triage = await answerVerdict([session], undefined);
  expect(triage.isNot.map(({ sentence }) => sentence).join("\n")).toContain(verdict.sentence);
  expect(triage.cause).not.toBe("retention");
});
