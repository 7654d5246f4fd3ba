import { rmSync } from "node:fs";
import { dirname } from "node:path";
import { ExhumeError } from "../../base/errors";
import {
  includesLevel,
  type KeptByName,
  type RedactionLevel,
  redactionLevels,
} from "../../base/secrets/redactionLevel";
import type { OpenOptions } from "../../protocol/dump/open";
import type { DumpSession } from "../dumpSession";
import { audit } from "../dumps/auditLog";
import type { NewAgeHeader } from "../encryption/fileKey";
import type { KeyRing } from "../encryption/keyRing";
import { asideOf, assertFree, giveName, writeNew } from "../files/newFile";
import { runTask } from "../threads/taskThread";
import { proofFactsOf } from "./proofFacts";
import { compareProofFacts, compareSecrets, compareSuspects } from "./proveRedaction";
import type { RedactionStatement } from "./redactionReport";
import { remainsOf } from "./remains";
import type { RedactTask, WrittenCopy } from "./writtenCopy";

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
  /** How the original was opened; a copy is opened the same way. */
  readonly options: OpenOptions;
  readonly open: (path: string, options: OpenOptions) => Promise<DumpSession>;
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
  const { kind } = original.format;
  if (kind !== "heap") refuseKept(kind, kept);
  audit("redact", original.path);
  const facts = { withNames: level !== "names", withNumbers: includesLevel(level, "fields") };
  const before = await proofFactsOf(original, facts, signal);
  const places = await placesOfModules(original, signal);
  // Both at once would take twice the memory.
  await original.dispose();
  const into = asideOf(out);
  const header = await headerFor(inputs.recipients);
  const { path, wrapping, format } = original;
  const written = await runTask<RedactTask, WrittenCopy>({
    script: "redactWorker.js",
    task: {
      kind,
      path,
      wrapping,
      options: inputs.options,
      into,
      level,
      kept,
      ...(header === undefined ? {} : { header }),
    },
    workerFolder: inputs.workerFolder,
    onProgress: inputs.onProgress,
    signal,
  });
  try {
    if (header !== undefined) inputs.keys.remember(into, header.fileKey);
    const copy = await inputs.open(into, optionsOfCopy(inputs.options, places));
    const after = await proofFactsOf(copy, facts, signal);
    const checks = compareProofFacts(before, after);
    const keepsContents = kept.classes.length + kept.fields.length + kept.threads.length > 0;
    const secrets = compareSecrets(before, after, level, keepsContents);
    await copy.dispose();
    const passed = checks.every((check) => check.passed) && !(secrets.mustBeGone && secrets.copy > 0);
    if (passed) {
      if (map !== undefined) writeMap(map, written.names);
      giveName(into, out);
    }
    return {
      schemaVersion: 1,
      kind,
      original: { file: path, ...written.original },
      copy: { file: out, ...written.copy },
      level,
      kept,
      figures: written.figures,
      passed,
      checks,
      secrets,
      ...(kind === "heap" ? { suspects: compareSuspects(before, after) } : {}),
      remains: remainsOf(format, level),
    };
  } finally {
    rmSync(into, { force: true });
  }
}

/** @throws ExhumeError `invalid`: only heap dumps have what can be kept by name */
function refuseKept(kind: string, kept: KeptByName): void {
  if (kept.classes.length + kept.fields.length + kept.threads.length === 0) return;
  throw new ExhumeError({
    code: "invalid",
    what: `contents are kept by name in heap dumps, not in a ${kind}`,
  });
}

/** Folders where files of a core's modules were found: in the copy their own may have other names. */
async function placesOfModules(session: DumpSession, signal: AbortSignal): Promise<string[]> {
  if (session.kind !== "core") return [];
  const { modules } = await session.ask("core/modules", {}, signal);
  const folders = modules.flatMap(({ file, status }) =>
    file === undefined || status !== "found" ? [] : [dirname(file)],
  );
  return [...new Set(folders)];
}

/** The same files for the copy's modules: else its stacks would be told by less. */
function optionsOfCopy(options: OpenOptions, places: readonly string[]): OpenOptions {
  if (places.length === 0 && options.core?.program === undefined) return { ...options, useSavedIndex: false };
  const debugInfoPaths = [...(options.core?.debugInfoPaths ?? []), ...places];
  // Contents a program would be known by are gone; the original has shown that it is the right one.
  const core = { ...options.core, debugInfoPaths, allowMismatch: true };
  return { ...options, useSavedIndex: false, core };
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
