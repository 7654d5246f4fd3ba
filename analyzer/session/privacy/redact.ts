import { rmSync } from "node:fs";
import {
  type KeptByName,
  type RedactionLevel,
  redactionLevels,
} from "../../heap/hprof/rewrite/redactionLevel";
import type { DumpSession } from "../dumpSession";
import { audit } from "../dumps/auditLog";
import type { NewAgeHeader } from "../encryption/fileKey";
import type { KeyRing } from "../encryption/keyRing";
import { asideOf, assertFree, giveName, writeNew } from "../files/newFile";
import { runTask } from "../threads/taskThread";
import { compareProofFacts, compareSuspects, proofFactsOf } from "./proveRedaction";
import { alwaysRemains, type RedactionStatement, remainsByLevel } from "./redactionReport";
import type { RedactTask, WrittenCopy } from "./writeRedacted";

export { type RedactionLevel, redactionLevels };

export interface RedactInputs {
  readonly original: DumpSession;
  readonly out: string;
  /** Where the names that were replaced are written, at the level of names. */
  readonly map: string | undefined;
  readonly level: RedactionLevel;
  readonly kept: KeptByName;
  /** To whom the copy is encrypted; nobody leaves it as it is. */
  readonly recipients: readonly string[];
  /** Is told how the copy opens. */
  readonly keys: KeyRing;
  readonly workerFolder: string;
  readonly open: (path: string) => Promise<DumpSession>;
  readonly onProgress: (step: string, fraction: number) => void;
  readonly signal: AbortSignal;
}

/**
 * Writes a redacted copy beside its place, proves it, and only then gives it its name: a copy that is not proven is
 * deleted. Files that exist are never replaced.
 * @throws ExhumeError `refused` when the copy's or the map's name is taken
 */
export async function redactProven(inputs: RedactInputs): Promise<RedactionStatement> {
  const { original, out, map, level, kept, signal } = inputs;
  for (const file of [out, map]) if (file !== undefined) assertFree(file);
  audit("redact", original.path);
  const before = await proofFactsOf(original, signal);
  // Both at once would take twice the memory.
  await original.dispose();
  const into = asideOf(out);
  const header = await headerFor(inputs.recipients);
  const { path, wrapping } = original;
  const written = await runTask<RedactTask, WrittenCopy>({
    script: "redactWorker.js",
    task: { path, wrapping, into, level, kept, ...(header === undefined ? {} : { header }) },
    workerFolder: inputs.workerFolder,
    onProgress: inputs.onProgress,
    signal,
  });
  try {
    if (header !== undefined) inputs.keys.remember(into, header.fileKey);
    const copy = await inputs.open(into);
    const after = await proofFactsOf(copy, signal);
    const checks = compareProofFacts(before, after);
    await copy.dispose();
    const passed = checks.every((check) => check.passed);
    if (passed) {
      if (map !== undefined) writeMap(map, written.names);
      giveName(into, out);
    }
    return {
      schemaVersion: 1,
      original: { file: original.path, ...written.original },
      copy: { file: out, ...written.copy },
      level,
      kept,
      figures: written.figures,
      passed,
      checks,
      suspects: compareSuspects(before, after),
      remains: [...remainsByLevel[level], ...alwaysRemains],
    };
  } finally {
    rmSync(into, { force: true });
  }
}

/** Whoever encrypts nothing does not load what encrypts. */
async function headerFor(recipients: readonly string[]): Promise<NewAgeHeader | undefined> {
  if (recipients.length === 0) return undefined;
  const { newAgeHeader } = await import("../encryption/fileKey");
  return newAgeHeader({ recipients });
}

/** What was replaced, by what stands for it: whoever has it and the copy has the names again. */
function writeMap(file: string, names: ReadonlyMap<string, string>): void {
  const text = JSON.stringify({ schemaVersion: 1, names: Object.fromEntries(names) }, null, 1);
  writeNew(file, `${text}\n`);
}
