import { existsSync, linkSync, renameSync, rmSync, writeFileSync } from "node:fs";
import { ExhumeError } from "../../base/errors";
import {
  type KeptByName,
  type RedactionLevel,
  redactionLevels,
} from "../../heap/hprof/rewrite/redactionLevel";
import type { DumpSession } from "../dumpSession";
import { reasonOf } from "../files/fileSource";
import { newFileName } from "../files/privateFolder";
import { compareProofFacts, compareSuspects, proofFactsOf } from "./proveRedaction";
import { redactInThread } from "./redactInThread";
import { alwaysRemains, type RedactionStatement, remainsByLevel } from "./redactionReport";

export { type RedactionLevel, redactionLevels };

export interface RedactInputs {
  readonly original: DumpSession;
  readonly out: string;
  /** Where the names that were replaced are written, at the level of names. */
  readonly map: string | undefined;
  readonly level: RedactionLevel;
  readonly kept: KeptByName;
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
  for (const file of [out, map]) {
    if (file !== undefined && existsSync(file)) {
      throw new ExhumeError({ code: "refused", what: `${file} exists; it is not overwritten` });
    }
  }
  const before = await proofFactsOf(original, signal);
  // Both at once would take twice the memory.
  await original.dispose();
  const into = `${out}.${newFileName()}.part`;
  const written = await redactInThread(
    { path: original.path, compression: original.compression, into, level, kept },
    inputs.workerFolder,
    inputs.onProgress,
    signal,
  );
  try {
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

/** What was replaced, by what stands for it: whoever has it and the copy has the names again. */
function writeMap(file: string, names: ReadonlyMap<string, string>): void {
  const text = JSON.stringify({ schemaVersion: 1, names: Object.fromEntries(names) }, null, 1);
  writeNew(file, `${text}\n`);
}

/** Writes a file that only its owner may read. @throws ExhumeError `refused` when it exists or cannot be written */
export function writeNew(file: string, text: string): void {
  try {
    writeFileSync(file, text, { flag: "wx", mode: 0o600 });
  } catch (error) {
    throw new ExhumeError({ code: "refused", what: `${file} cannot be written: ${reasonOf(error)}` });
  }
}

/** A link fails where somebody took the name meanwhile; file systems without links are asked before. */
function giveName(from: string, to: string): void {
  try {
    linkSync(from, to);
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    if (code === "EEXIST" || existsSync(to)) {
      throw new ExhumeError({ code: "refused", what: `${to} exists; it is not overwritten` });
    }
    renameSync(from, to);
  }
}
