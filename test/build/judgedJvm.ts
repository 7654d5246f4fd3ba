import {
  closeSync,
  existsSync,
  openSync,
  readdirSync,
  readFileSync,
  readlinkSync,
  readSync,
  rmSync,
  writeFileSync,
} from "node:fs";
import { join } from "node:path";
import { BytesSource } from "../../analyzer/base/byteSource";
import { ProblemList } from "../../analyzer/base/problems";
import { unwatched } from "../../analyzer/base/work";
import { type CategoryTotals, classifyRegions } from "../../analyzer/core/regions/classify";
import type { CoreJavaHeap, JavaClassRow } from "../../analyzer/protocol/core/javaHeap";
import type { CoreLightThread } from "../../analyzer/protocol/core/lightThreads";
import type { CoreSummary } from "../../analyzer/protocol/core/process";
import type { RegionRow, RegionSummary } from "../../analyzer/protocol/core/regions";
import type { CoreBacktrace, CoreThreadRow } from "../../analyzer/protocol/core/stacks";
import type { CoreVariableRow, FrameScope } from "../../analyzer/protocol/core/variables";
import type { Page } from "../../analyzer/protocol/wire";
import type { CoreContext } from "../../analyzer/session/core/coreContext";
import { jvmOrReason } from "../../analyzer/session/core/requireJvm";
import { askCore, javaClassesOf } from "./askCore";
import { type FiguresAsDumped, figuresAsDumped, type HeapFigures, heapFiguresOf } from "./heapFigures";
import { type JudgedFrame, javaStacksOf } from "./javaStacks";
import { deleteRun, type JvmDraft, type JvmRun, runJvm } from "./jvmCores";
import { openCore } from "./openCore";
import { closeOpened } from "./openedFiles";
import { openHeapOf } from "./openHeapOfCore";
import { type VirtualStacks, virtualStacksOf } from "./virtualStacks";

/** What is asked of one core, which is deleted as soon as that is done: they are hundreds of megabytes. */
export interface JudgedRegions {
  readonly run: JvmRun;
  readonly summary: RegionSummary;
  readonly heap: CoreJavaHeap;
  readonly classes: readonly JavaClassRow[];
  readonly stacks: number;
  /** What is said of the JVM when only the headers of the core are left. */
  readonly ofHeaders: unknown;
}

/** The same, and all that takes long. */
export interface JudgedJvm extends JudgedRegions {
  readonly runtimes: CoreSummary["runtimes"];
  /** The thread that is shown until another is chosen. */
  readonly firstThread: CoreThreadRow | undefined;
  /** What a debugger shows of the frame of `main`, beside its variables. */
  readonly scopes: Readonly<Record<"globals" | "threadLocals" | "thread", readonly CoreVariableRow[]>>;
  /** Java's frames by the threads' names. */
  readonly javaStacks: ReadonlyMap<string, readonly JudgedFrame[]>;
  /** Stacks of virtual threads. */
  readonly virtualStacks: VirtualStacks;
  /** As if the JVM had run without NMT. */
  readonly byRules: ReadonlyMap<string, CategoryTotals>;
  readonly unexplainedByRules: number;
  /** The Java heap of the core, and the heap dump the JVM wrote just before. */
  readonly heapOfCore: HeapFigures;
  readonly coreAsDumped: FiguresAsDumped;
  /** The same opened once more. */
  readonly reopenedHeap: { readonly fromSavedIndex: boolean; readonly figures: HeapFigures };
  readonly heapDump: HeapFigures;
  /** Files of the run, and of the JVM it ran on, that were still open when all was closed that was opened. */
  readonly leftOpen: readonly string[];
}

type Draft = Pick<JvmDraft, "release" | "flags" | "writesCore">;

/** Runs a JVM that holds a little of everything, has it write a core, and asks whose every byte of that is. */
export async function judgeRegions(draft: Draft, name: string): Promise<JudgedRegions> {
  const run = await runJvm({ writesCore: true, ...draft, scenario: "mixed", seconds: 0 }, name);
  const judged = await regionsOf(run, await openCore(run.core));
  deleteRun({ ...run, folder: run.core });
  return judged;
}

/**
 * The same, and asks everything else too.
 * @param beside asks more of it, while it is there
 */
export async function judgeJvm(
  draft: Draft,
  name: string,
  beside?: (run: JvmRun) => Promise<void>,
): Promise<JudgedJvm> {
  const run = await runJvm(
    { writesCore: true, writesHeapDump: true, ...draft, scenario: "mixed", seconds: 0 },
    name,
  );
  const context = await openCore(run.core);
  const regions = await regionsOf(run, context);
  const saving = { useSavedIndex: true, indexDirectory: `${run.core}.indexes` };
  const coreHeap = await openHeapOf("core", run.core, saving);
  const heapOfCore = heapFiguresOf(coreHeap);
  const coreAsDumped = await figuresAsDumped(coreHeap.heap);
  const reopened = await openHeapOf("core", run.core, saving);
  const heapDump = heapFiguresOf(await openHeapOf("dump", run.heapDump));
  const map = classifyRegions(context.image, new ProblemList(), unwatched, { withoutTracking: true });
  const overview = await askCore<CoreSummary>(context, "core/summary", {});
  const javaStacks = javaStacksOf(context);
  const scopes = await scopesOfMain(context);
  const {
    rows: [firstThread],
  } = await askCore<Page<CoreThreadRow>>(context, "core/threads", { start: 0, count: 1 });
  const virtualStacks = await virtualStacksIn(context);
  const reopenedHeap = { fromSavedIndex: reopened.fromSavedIndex, figures: heapFiguresOf(reopened) };
  await beside?.(run);
  deleteRun({ ...run, folder: run.core });
  closeOpened(run.heapDump);
  return {
    ...regions,
    leftOpen: leftOpenOf(run),
    javaStacks,
    virtualStacks,
    scopes,
    runtimes: overview.runtimes,
    firstThread,
    byRules: map.byCategory,
    unexplainedByRules: map.unexplainedBytes,
    heapOfCore,
    coreAsDumped,
    reopenedHeap,
    heapDump,
  };
}

function leftOpenOf({ folder }: JvmRun): string[] {
  return readdirSync("/proc/self/fd")
    .map((fd) => join("/proc/self/fd", fd))
    .flatMap((fd) => (existsSync(fd) ? [readlinkSync(fd)] : []))
    .filter((path) => path.startsWith(folder) || path.includes("/libjvm"));
}

async function regionsOf(run: JvmRun, context: CoreContext): Promise<JudgedRegions> {
  const all = { start: 0, count: 1_000_000 };
  const { rows } = await askCore<Page<RegionRow>>(context, "core/regions", all);
  const headers = `${run.core}.cut`;
  writeFileSync(headers, startOf(run.core, 128 << 10));
  const ofHeaders = jvmOrReason((await openCore(headers)).image);
  closeOpened(headers);
  rmSync(headers);
  return {
    run,
    summary: await askCore<RegionSummary>(context, "core/regionSummary", {}),
    heap: await askCore<CoreJavaHeap>(context, "core/javaHeap", {}),
    classes: await javaClassesOf(context),
    stacks: rows.filter(({ kind }) => kind === "thread-stack").length,
    ofHeaders,
  };
}

async function virtualStacksIn(context: CoreContext): Promise<VirtualStacks> {
  const page = { start: 0, count: 100_000 };
  const { rows } = await askCore<Page<CoreLightThread>>(context, "core/lightThreads", page);
  const lwps = rows.map(({ lwp }) => lwp);
  const { threads } = await askCore<{ readonly threads: readonly CoreBacktrace[] }>(
    context,
    "core/backtrace",
    { lwps },
  );
  return virtualStacksOf(threads);
}

function startOf(path: string, length: number): Uint8Array {
  const file = openSync(path, "r");
  try {
    const bytes = new Uint8Array(length);
    return bytes.subarray(0, readSync(file, bytes));
  } finally {
    closeSync(file);
  }
}

async function scopesOfMain(context: CoreContext): Promise<JudgedJvm["scopes"]> {
  const ask = <Result>(method: string, params: object) => askCore<Result>(context, method, params);
  const { rows } = await ask<Page<CoreThreadRow>>("core/threads", { start: 0, count: 1000 });
  const { lwp } = rows.find(({ name }) => name === "main")!;
  const { threads } = await ask<{ readonly threads: readonly CoreBacktrace[] }>("core/backtrace", {
    lwps: [lwp],
    maximumFrames: 1000,
  });
  const { index, inline } = threads[0]!.frames.find(({ function: name }) => name === "Growing.main")!;
  const place = { lwp, frame: index, inline, managed: true, start: 0, count: 1000 };
  const rowsOf = async (scope: FrameScope) =>
    (await ask<Page<CoreVariableRow>>("core/variables", { ...place, scope })).rows;
  return {
    globals: await rowsOf("globals"),
    threadLocals: await rowsOf("threadLocals"),
    thread: await rowsOf("thread"),
  };
}

/** Reads a text that was saved beside the core. */
export function readBeside<T>(
  path: string,
  parse: (source: BytesSource, problems: ProblemList, work: typeof unwatched) => T,
): T {
  return parse(new BytesSource(path, readFileSync(path)), new ProblemList(), unwatched);
}
