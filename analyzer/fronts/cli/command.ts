import type { ParseArgsConfig } from "node:util";
import { ExhumeError, type Fault } from "../../base/errors";
import type { Capability } from "../../protocol/capabilities";
import type { OpenOptions } from "../../protocol/dump/open";
import type { WireProblem } from "../../protocol/wire";
import type { DumpSession } from "../../session/dumpSession";
import type { KeyRing } from "../../session/encryption/keyRing";
import { exitCodes } from "./exitCodes";
import { moduleFlags, moduleOptionsOf, moduleOptionsUsage } from "./moduleOptions";
import type { Output } from "./output";

export interface Invocation {
  readonly output: Output;
  readonly positionals: readonly string[];
  readonly values: Readonly<Record<string, string | boolean | readonly (string | boolean)[] | undefined>>;
  /** Fires on Ctrl+C. */
  readonly signal: AbortSignal;
  /** Opens a dump, shows progress while it is indexed, and returns it ready. It is closed after the verb. */
  readonly openDump: (path: string, options?: OpenOptions) => Promise<DumpSession>;
  /** How far work is that is not done by a session. */
  readonly onProgress: (step: string, fraction: number) => void;
  readonly clearProgress: () => void;
  /** Of encrypted dumps this process opened. */
  readonly keys: KeyRing;
  /** Asks on the terminal without showing what is typed; absent where there is none. */
  readonly askSecret?: (prompt: string) => Promise<string | undefined>;
  /** Folder with the bundles, for verbs that start threads or processes of their own. */
  readonly workerFolder: string;
}

/** One verb of the command line. */
export interface Command {
  readonly name: string;
  /** One line for `exhume help`. */
  readonly summary: string;
  /** Arguments and options, one a line, after `exhume <name> `. */
  readonly usage: string;
  readonly options: NonNullable<ParseArgsConfig["options"]>;
  /** What each dump it opens must have; absent for verbs that take any dump. */
  readonly needs?: Capability;
  /** Its report names every problem of its dumps; of those of others that matter are said before. */
  readonly listsProblems?: true;
  /** @returns the exit code, see `exitCodes`. */
  run(invocation: Invocation): Promise<number>;
}

export function exitCodeOf(fault: Fault): number {
  switch (fault.code) {
    case "cancelled":
      return exitCodes.interrupted;
    case "invalid":
    case "notFound":
    case "refused":
    case "severalDumps":
      return exitCodes.usage;
    case "internal":
    case "analyzerLost":
      return exitCodes.internal;
    default:
      return exitCodes.unreadable;
  }
}

/** 1 when a problem cost data, else 0. */
export function exitCodeFor(problems: readonly WireProblem[]): number {
  return problems.some((problem) => problem.losesData) ? exitCodes.incomplete : exitCodes.done;
}

/** The fields of a problem that the JSON schemas promise. */
export function jsonProblem({ code, message, offset }: WireProblem): Record<string, unknown> {
  return offset === undefined ? { code, message } : { code, message, offset };
}

/** @throws ExhumeError `invalid` naming the argument that is missing. */
export function requirePositional(invocation: Invocation, index: number, name: string): string {
  const value = invocation.positionals[index];
  if (value === undefined) throw new ExhumeError({ code: "invalid", what: `${name} is missing` });
  return value;
}

/** An option that takes a text, as it was typed; the last one counts. */
export function textOption({ values }: Invocation, name: string): string | undefined {
  const value = values[name];
  return typeof value === "string" ? value : undefined;
}

/** An option that may be given several times. */
export function textsOption({ values }: Invocation, name: string): string[] {
  return [values[name] ?? []].flat().map(String);
}

/**
 * A count option such as `--top 20`.
 * @throws ExhumeError `invalid` when it is not a positive whole number.
 */
export function countOption(invocation: Invocation, name: string): number | undefined {
  const text = invocation.values[name];
  if (text === undefined) return undefined;
  if (typeof text !== "string" || !/^[1-9]\d{0,8}$/.test(text)) {
    throw new ExhumeError({
      code: "invalid",
      what: `--${name} takes a positive whole number, not ${String(text)}`,
    });
  }
  return Number(text);
}

const byteUnits: ReadonlyMap<string, number> = new Map([
  ["", 1],
  ["b", 1],
  ["k", 1024],
  ["kib", 1024],
  ["kb", 1000],
  ["m", 1024 ** 2],
  ["mib", 1024 ** 2],
  ["mb", 1000 ** 2],
  ["g", 1024 ** 3],
  ["gib", 1024 ** 3],
  ["gb", 1000 ** 3],
]);

/**
 * A size option such as `--memory 2GiB`; `k`, `m`, `g` are binary, `KB`, `MB`, `GB` decimal.
 * @throws ExhumeError `invalid` when it is not a size.
 */
export function bytesOption({ values }: Pick<Invocation, "values">, name: string): number | undefined {
  const text = values[name];
  return text === undefined ? undefined : parseBytes(name, text);
}

/** @throws ExhumeError `invalid` naming the option when the text is not a size. */
export function parseBytes(name: string, text: unknown): number {
  const match = typeof text === "string" ? /^(\d+(?:\.\d+)?)\s*([a-z]*)$/i.exec(text) : null;
  const unit = match === null ? undefined : byteUnits.get(match[2]!.toLowerCase());
  const bytes = match === null || unit === undefined ? Number.NaN : Math.round(Number(match[1]) * unit);
  // Beyond that a limit would hold for nothing.
  if (!Number.isSafeInteger(bytes)) {
    throw new ExhumeError({
      code: "invalid",
      what: `--${name} takes a size such as 8MiB, not ${String(text)}`,
    });
  }
  return bytes;
}

export const identityFlag = {
  identity: { type: "string", short: "i", multiple: true },
} as const satisfies Command["options"];

export const identityUsage =
  "  -i, --identity FILE file of age identities that open an encrypted dump; a passphrase is asked for";

/** Options that say how a dump is opened, shared by every verb that opens one. */
export const openFlags = {
  memory: { type: "string" },
  index: { type: "string" },
  "no-index": { type: "boolean" },
  workers: { type: "string" },
  "size-model": { type: "string" },
  dump: { type: "string" },
  member: { type: "string" },
  ...identityFlag,
  ...moduleFlags,
} as const satisfies Command["options"];

export const openOptionsUsage = `  --memory SIZE       memory budget, e.g. 2GiB
  --index DIR         keep saved indexes in DIR
  --no-index          neither read nor write a saved index
  --workers N         worker threads
  --size-model NAME   override the detected object size model
  --dump N            which heap dump of a file that holds several, oldest first
  --member NAME       which dump of a zip or tar archive that holds several
${identityUsage}
${moduleOptionsUsage}`;

export function openOptionsOf(invocation: Invocation): OpenOptions {
  const { values } = invocation;
  const memoryBudget = bytesOption(invocation, "memory");
  const workers = countOption(invocation, "workers");
  const dumpNumber = countOption(invocation, "dump");
  const identityFiles = textsOption(invocation, "identity");
  const core = moduleOptionsOf(values);
  return {
    ...(memoryBudget === undefined ? {} : { memoryBudget }),
    ...(workers === undefined ? {} : { workers }),
    ...(identityFiles.length === 0 ? {} : { identityFiles }),
    ...(Object.keys(core).length === 0 ? {} : { core }),
    ...(typeof values["index"] === "string" ? { indexDirectory: values["index"] } : {}),
    ...(values["no-index"] === true ? { useSavedIndex: false } : {}),
    ...(typeof values["size-model"] === "string" ? { sizeModel: values["size-model"] } : {}),
    ...(typeof values["member"] === "string" ? { member: values["member"] } : {}),
    ...(dumpNumber === undefined ? { refuseSeveral: true } : { dumpNumber }),
  };
}
