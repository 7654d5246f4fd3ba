import { createHash } from "node:crypto";
import { ExhumeError } from "../../base/errors";
import type { CoreBacktrace, CoreFrame } from "../../protocol/core/stacks";
import type { SuspectRow } from "../../protocol/heap/suspects";
import type { DumpSession } from "../dumpSession";

/** One thing that must be the same in a redacted copy. */
export interface Fact {
  readonly what: string;
  /** What is compared. */
  readonly value: string | number;
  /** What a report says of it. */
  readonly shown: string | number;
}

/** What is asked of the original and of the copy alike. */
export interface ProofFacts {
  readonly facts: readonly Fact[];
  /** Leak suspects of a heap dump. */
  readonly suspects: readonly SuspectRow[];
  /** Secrets the scan finds. */
  readonly secrets: number;
}

export interface FactOptions {
  /** Whether names of classes and files must be the same. */
  readonly withNames: boolean;
  /** Whether secrets in number fields count: not where numbers stay. */
  readonly withNumbers: boolean;
}

/** @throws ExhumeError `cancelled`, and what the questions throw */
export async function proofFactsOf(
  session: DumpSession,
  options: FactOptions,
  signal: AbortSignal,
): Promise<ProofFacts> {
  const { rows, texts, notKept } = await session.ask("privacy/secrets", {}, signal);
  const secrets = rows
    .filter(({ isNumber }) => options.withNumbers || isNumber === undefined)
    .reduce((sum, { count }) => sum + count, notKept);
  switch (session.kind) {
    case "heap": {
      const facts = await heapFacts(session, signal);
      const { suspects } = await session.ask("heap/suspects", {}, signal);
      return { facts, suspects, secrets };
    }
    case "core":
      return { facts: await coreFacts(session, options, signal), suspects: [], secrets };
    default: {
      // Of a text of no known form every line was looked through, and there is nothing else to compare.
      const isKnown = session.format.capabilities.includes("tables");
      const facts = isKnown ? await textFacts(session, signal) : [fact("lines", texts)];
      return { facts, suspects: [], secrets };
    }
  }
}

function fact(what: string, value: string | number): Fact {
  return { what, value, shown: value };
}

/** Many rows as one: a digest that is compared, and how many there are. */
function digestFact(what: string, rows: readonly unknown[]): Fact {
  return { what, value: digestOf(rows), shown: rows.length };
}

function digestOf(rows: readonly unknown[]): string {
  const hash = createHash("sha256");
  for (const row of rows) hash.update(`${JSON.stringify(row)}\n`);
  return hash.digest("hex");
}

async function heapFacts(session: DumpSession, signal: AbortSignal): Promise<Fact[]> {
  const shape = await session.ask("heap/shape", {}, signal);
  const { digests, reachable } = shape;
  return [
    fact("objects", shape.objects),
    fact("shallow bytes", shape.shallowBytes),
    fact("objects by id, class and size", digests.objects),
    fact("classes with superclass, loader and figures", digests.classes),
    fact("GC roots by kind", shape.roots.map(({ kind, count }) => `${kind} ${count}`).join(", ")),
    fact("GC roots", digests.roots),
    fact("threads", shape.threads),
    fact("stack frames", shape.frames),
    fact("threads and lines of their frames", digests.threads),
    // Without dominators neither dump has these, and a report that does not name them does not vouch for them.
    ...(reachable === undefined
      ? []
      : [
          fact("reachable objects", reachable.objects),
          fact("reachable bytes", reachable.bytes),
          fact("retained size and immediate dominator of every object", digests.dominators ?? ""),
          digestFact("biggest objects and their retained sizes", shape.biggest),
          digestFact("where memory piles up", shape.piles),
        ]),
  ];
}

/** Frames up to the first guess: what any debugger that reads the same tables sees. */
export const framesByTables = "frames known by unwind information, by address";
const framesByGuess = "frames beyond, and where stacks end";

const everything = 0x7fff_ffff;
const framesOfThread = 4096;
/** Threads whose stacks are asked for at once. */
const threadsAtOnce = 64;

async function coreFacts(
  session: DumpSession,
  { withNames }: FactOptions,
  signal: AbortSignal,
): Promise<Fact[]> {
  const { rows: segments } = await session.ask("core/mappings", { start: 0, count: everything }, signal);
  const { modules } = await session.ask("core/modules", {}, signal);
  const malloc = await session.ask("core/malloc", {}, signal);
  // Other modules are called by what the process had in its memory.
  const noted = new Set(segments.map(({ path }) => path));
  return [
    digestFact(
      "segments with bytes and permissions",
      segments.map(({ path, ...rest }) => (withNames ? { path, ...rest } : rest)),
    ),
    digestFact(
      "modules with addresses and build ids",
      modules.map(({ start, end, buildId, path }) => [
        start,
        end,
        buildId,
        withNames && noted.has(path) ? path : "",
      ]),
    ),
    ...(await stackFacts(session, signal)),
    ...(malloc.walked
      ? [
          fact("malloc: bytes in use", malloc.usedBytes),
          fact("malloc: free bytes", malloc.freeBytes),
          digestFact("malloc: arenas", malloc.arenas),
          digestFact("malloc: blocks by size", [...malloc.usedClasses, ...malloc.freeClasses]),
        ]
      : []),
    ...(await javaFacts(session, withNames, signal)),
  ];
}

async function stackFacts(session: DumpSession, signal: AbortSignal): Promise<Fact[]> {
  const { rows: threads } = await session.ask("core/threads", { start: 0, count: everything }, signal);
  const byTables = { hash: createHash("sha256"), frames: 0 };
  const byGuess = { hash: createHash("sha256"), frames: 0 };
  for (let from = 0; from < threads.length; from += threadsAtOnce) {
    const lwps = threads.slice(from, from + threadsAtOnce).map(({ lwp }) => lwp);
    const traced = await session.ask("core/backtrace", { lwps, maximumFrames: framesOfThread }, signal);
    for (const thread of traced.threads) {
      const { frames, totalFrames, lwp, crashed } = thread;
      const guess = frames.findIndex(({ guessed }) => guessed);
      const known = guess < 0 ? totalFrames : guess;
      byTables.frames += known;
      byTables.hash.update(JSON.stringify([lwp, crashed, known, placesOf(frames.slice(0, known))]));
      byGuess.frames += totalFrames - known;
      byGuess.hash.update(JSON.stringify([lwp, endOf(thread), placesOf(frames.slice(known))]));
    }
  }
  return [
    fact("threads", threads.length),
    { what: framesByTables, value: byTables.hash.digest("hex"), shown: byTables.frames },
    { what: framesByGuess, value: byGuess.hash.digest("hex"), shown: byGuess.frames },
  ];
}

function placesOf(frames: readonly CoreFrame[]): unknown {
  return frames.map(({ pc, inline, signalFrame, guessed }) => [pc, inline, signalFrame, guessed]);
}

/** Where nothing but guesses could lead on, the copy may have a zero where something else stood. */
function endOf({ stopped, totalFrames }: CoreBacktrace): unknown {
  return [totalFrames, stopped === "zeroReturnAddress" ? "noUnwindInformation" : stopped];
}

async function javaFacts(session: DumpSession, withNames: boolean, signal: AbortSignal): Promise<Fact[]> {
  try {
    const heap = await session.ask("core/javaHeap", {}, signal);
    const { rows } = await session.ask("core/javaClasses", { start: 0, count: everything }, signal);
    const classes = rows.map(({ className, ...figures }) =>
      withNames ? { className, ...figures } : figures,
    );
    return [
      fact("Java objects", heap.objects),
      fact("Java bytes", heap.objectBytes),
      digestFact(withNames ? "Java objects by class" : "Java objects by class, without names", classes),
      digestFact("direct buffers with addresses and sizes", heap.directBuffers),
    ];
  } catch (error) {
    // Not a JVM, or one that does not say how its heap is built: there is nothing to compare.
    if (error instanceof ExhumeError && error.fault.code === "unsupported") return [];
    throw error;
  }
}

async function textFacts(session: DumpSession, signal: AbortSignal): Promise<Fact[]> {
  const { figures, tables } = await session.ask("text/summary", {}, signal);
  const facts = [
    digestFact(
      "figures",
      figures.filter(({ unit }) => unit !== "text"),
    ),
  ];
  for (const { name, title, columns } of tables) {
    const query = { table: name, start: 0, count: everything };
    const { rows } = await session.ask("text/table", query, signal);
    const numbers = rows.map(({ cells }) => cells.filter((_, column) => columns[column]?.unit !== "text"));
    facts.push(digestFact(`rows of “${title}” with their numbers`, numbers));
  }
  return facts;
}
