import { createHash } from "node:crypto";
import { existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { ExhumeError } from "../../analyzer/base/errors";
import { seededRandom } from "../build/seededRandom";
import type { FuzzedParser } from "./fuzzedParser";
import { mutated } from "./mutations";
import { Watchdog } from "./watchdog";

const corpus = join(process.cwd(), "test/fuzz/corpus");
/** Processor time an input may take, in milliseconds, besides that for its bytes. */
const millisecondsPerInput = 1000;
const millisecondsPerByte = 0.02;
/** Bytes an input may leave on the heap while it is read, besides that for its bytes. */
const mostMemory = 512 << 20;

/** Cut within so many of its first bytes. */
const cutBytes = 64 << 10;

export interface FuzzReport {
  /** Seeds that were cut, of {@link inputs}. */
  readonly cuts: number;
  readonly inputs: number;
  readonly seconds: number;
  /** Of the processor: others may share it. */
  readonly cpuSeconds: number;
  /** Inputs that were refused with an error that says why. */
  readonly refused: number;
  readonly replayed: number;
  readonly slowestMs: number;
  readonly findings: readonly string[];
}

export interface FuzzLimits {
  readonly seconds: number;
  readonly inputs?: number;
  readonly seed: number;
  /** How many cuts of the seeds are tried before they are damaged: all of them where it is not said. */
  readonly cuts?: number;
}

/**
 * Reads what failed before, then damaged seeds until the time or the number of inputs is used up. An input that never ends
 * ends the process, see {@link Watchdog}.
 */
export async function fuzz(name: string, parser: FuzzedParser, limits: FuzzLimits): Promise<FuzzReport> {
  const seeds = typeof parser.seeds === "function" ? await parser.seeds() : parser.seeds;
  const watchdog = new Watchdog(join(corpus, name));
  const whole = new Set<string>();
  for (const seed of seeds) {
    watchdog.begin(seed);
    try {
      whole.add(asText(await parser.read(seed)));
    } catch (error) {
      // Some seeds show what is refused.
      if (!(error instanceof ExhumeError)) throw error;
    } finally {
      watchdog.end();
    }
  }
  const random = seededRandom(limits.seed);
  const findings: string[] = [];
  let refused = 0;
  let slowestMs = 0;
  const tryInput = async (bytes: Uint8Array, cutFrom?: Uint8Array): Promise<void> => {
    watchdog.begin(bytes);
    const before = process.cpuUsage();
    const heapBefore = process.memoryUsage().heapUsed;
    let fault: string | undefined;
    try {
      const answer = await parser.read(bytes);
      const isSilent = parser.isSilent?.(answer) ?? false;
      if (parser.isChecked && !isMadeOf(asText(answer), whole)) fault = "gave another answer without a word";
      else if (cutFrom !== undefined && isSilent && !parser.mayEndAt?.(cutFrom, bytes.length))
        fault = `said nothing of being cut after ${bytes.length} bytes`;
    } catch (error) {
      if (error instanceof ExhumeError || parser.mayThrow?.(error)) refused++;
      else
        fault = `threw ${error instanceof Error ? (error.stack ?? error.message).split("\n").slice(0, 3).join(" ") : error}`;
    }
    watchdog.end();
    const { user, system } = process.cpuUsage(before);
    const milliseconds = (user + system) / 1000;
    slowestMs = Math.max(slowestMs, milliseconds);
    if (milliseconds > millisecondsPerInput + millisecondsPerByte * bytes.length)
      fault ??= `took ${Math.round(milliseconds)} ms for ${bytes.length} bytes`;
    if (process.memoryUsage().heapUsed - heapBefore > mostMemory)
      fault ??= `took more than ${mostMemory} bytes of memory`;
    if (fault !== undefined) findings.push(`${keep(name, bytes)}: ${fault}`);
  };

  const known = corpusOf(name);
  for (const bytes of known) await tryInput(bytes);
  const start = performance.now();
  const cpuStart = process.cpuUsage();
  const end = start + limits.seconds * 1000;
  let inputs = 0;
  const breathe = async () => {
    // Lets timers and the test runner breathe.
    if (++inputs % 256 === 0) await new Promise((resolve) => setImmediate(resolve));
  };
  const cuts = cutsOf(seeds, limits.cuts, random);
  for (const { seed, length } of cuts) {
    if (findings.length >= 20) break;
    await tryInput(seed.slice(0, length), seed);
    await breathe();
  }
  while (
    performance.now() < end &&
    inputs < (limits.inputs ?? Number.POSITIVE_INFINITY) &&
    findings.length < 20
  ) {
    const mutate = parser.mutate !== undefined && random() < 0.5 ? parser.mutate : mutated;
    await tryInput(mutate(seeds, random));
    await breathe();
  }
  await watchdog.stop();
  const seconds = (performance.now() - start) / 1000;
  const { user, system } = process.cpuUsage(cpuStart);
  return {
    inputs,
    cuts: cuts.length,
    seconds,
    cpuSeconds: (user + system) / 1e6,
    refused,
    replayed: known.length,
    slowestMs,
    findings,
  };
}

/** Whether an answer is one of the whole seeds, none at all, or several after each other: damage may repeat a seed. */
function isMadeOf(read: string, whole: ReadonlySet<string>): boolean {
  if (read === "undefined" || whole.has(read)) return true;
  if (!read.startsWith('"')) return false;
  const texts = [...whole].map((text) => text.slice(1, -1));
  let rest = read.slice(1, -1);
  while (rest !== "") {
    const next = texts.find((text) => text !== "" && rest.startsWith(text));
    if (next === undefined) return false;
    rest = rest.slice(next.length);
  }
  return true;
}

interface Cut {
  readonly seed: Uint8Array;
  readonly length: number;
}

/** Each seed cut before every byte, or some of these cuts, not the same ones every time. */
function cutsOf(seeds: readonly Uint8Array[], most = Number.POSITIVE_INFINITY, random: () => number): Cut[] {
  const lengths = seeds.map(({ length }) => Math.min(length, cutBytes));
  const total = lengths.reduce((sum, length) => sum + length, 0);
  const share = Math.min(1, most / Math.max(1, total));
  return seeds.flatMap((seed, index) =>
    Array.from({ length: lengths[index]! }, (_, length) => ({ seed, length })).filter(
      () => share === 1 || random() < share,
    ),
  );
}

function corpusOf(name: string): Uint8Array[] {
  const folder = join(corpus, name);
  if (!existsSync(folder)) return [];
  return readdirSync(folder).map((file) => new Uint8Array(readFileSync(join(folder, file))));
}

/** Saves an input that failed, so that it is tried first from now on. */
function keep(name: string, bytes: Uint8Array): string {
  const folder = join(corpus, name);
  mkdirSync(folder, { recursive: true });
  const file = createHash("sha256").update(bytes).digest("hex").slice(0, 16);
  writeFileSync(join(folder, file), bytes);
  return `test/fuzz/corpus/${name}/${file}`;
}

function asText(value: unknown): string {
  return String(
    JSON.stringify(value, (_key, each: unknown) =>
      typeof each === "bigint"
        ? `${each}`
        : ArrayBuffer.isView(each)
          ? Buffer.from(each.buffer, each.byteOffset, each.byteLength).toString("hex")
          : each,
    ),
  );
}
