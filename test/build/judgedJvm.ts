import { copyFileSync, readFileSync, rmSync, truncateSync } from "node:fs";
import { BytesSource } from "../../analyzer/base/byteSource";
import { ProblemList } from "../../analyzer/base/problems";
import { unwatched } from "../../analyzer/base/work";
import { type CategoryTotals, classifyRegions } from "../../analyzer/core/regions/classify";
import type { CoreJavaHeap, JavaClassRow } from "../../analyzer/protocol/core/javaHeap";
import type { CoreSummary } from "../../analyzer/protocol/core/process";
import type { RegionRow, RegionSummary } from "../../analyzer/protocol/core/regions";
import type { Page } from "../../analyzer/protocol/wire";
import { coreRoom } from "../../analyzer/session/core/coreRoom";
import { jvmOrReason } from "../../analyzer/session/core/requireJvm";
import { type HeapFigures, heapFiguresOf } from "./heapFigures";
import { type JudgedFrame, javaStacksOf } from "./javaStacks";
import { deleteRun, type JvmDraft, type JvmRun, runJvm } from "./jvmCores";
import { openCore } from "./openCore";
import { openHeapOf } from "./openHeapOfCore";

/** Everything asked of one core, which is deleted as soon as that is done: they are hundreds of megabytes. */
export interface JudgedJvm {
  readonly run: JvmRun;
  readonly summary: RegionSummary;
  readonly heap: CoreJavaHeap;
  readonly classes: readonly JavaClassRow[];
  readonly stacks: number;
  readonly runtimes: CoreSummary["runtimes"];
  /** Java's frames by the threads' names. */
  readonly javaStacks: ReadonlyMap<string, readonly JudgedFrame[]>;
  /** As if the JVM had run without NMT. */
  readonly byRules: ReadonlyMap<string, CategoryTotals>;
  readonly unexplainedByRules: number;
  /** The Java heap of the core, and the heap dump the JVM wrote just before. */
  readonly heapOfCore: HeapFigures;
  /** The same opened once more. */
  readonly reopenedHeap: { readonly fromSavedIndex: boolean; readonly figures: HeapFigures };
  readonly heapDump: HeapFigures;
  /** What is said of the JVM when only the headers of the core are left. */
  readonly ofHeaders: unknown;
}

/** Runs a JVM that holds a little of everything, has it write a core, and asks everything of that. */
export async function judgeJvm(
  draft: Pick<JvmDraft, "release" | "flags" | "writesCore">,
  name: string,
): Promise<JudgedJvm> {
  const run = await runJvm(
    { writesCore: true, writesHeapDump: true, ...draft, scenario: "mixed", seconds: 0 },
    name,
  );
  const context = await openCore(run.core);
  const all = { start: 0, count: 1_000_000 };
  const ask = async <Result>(method: string, params: object) =>
    (await coreRoom.answers[method]!.answer(context, params as never, unwatched)) as Result;
  const summary = await ask<RegionSummary>("core/regionSummary", {});
  const { rows } = await ask<Page<RegionRow>>("core/regions", all);
  const heap = await ask<CoreJavaHeap>("core/javaHeap", {});
  const classes = (await ask<Page<JavaClassRow>>("core/javaClasses", all)).rows;
  const saving = { useSavedIndex: true, indexDirectory: `${run.core}.indexes` };
  const heapOfCore = heapFiguresOf(await openHeapOf("core", run.core, saving));
  const reopened = await openHeapOf("core", run.core, saving);
  const heapDump = heapFiguresOf(await openHeapOf("dump", run.heapDump));
  const map = classifyRegions(context.image, new ProblemList(), unwatched, { withoutTracking: true });
  const overview = await ask<CoreSummary>("core/summary", {});
  const javaStacks = javaStacksOf(context);
  const headers = `${run.core}.cut`;
  copyFileSync(run.core, headers);
  truncateSync(headers, 128 << 10);
  const ofHeaders = jvmOrReason((await openCore(headers)).image);
  rmSync(headers);
  deleteRun({ ...run, folder: run.core });
  return {
    run,
    summary,
    heap,
    classes,
    stacks: rows.filter(({ kind }) => kind === "thread-stack").length,
    javaStacks,
    runtimes: overview.runtimes,
    byRules: map.byCategory,
    unexplainedByRules: map.unexplainedBytes,
    heapOfCore,
    reopenedHeap: { fromSavedIndex: reopened.fromSavedIndex, figures: heapFiguresOf(reopened) },
    heapDump,
    ofHeaders,
  };
}

/** Reads a text that was saved beside the core. */
export function readBeside<T>(
  path: string,
  parse: (source: BytesSource, problems: ProblemList, work: typeof unwatched) => T,
): T {
  return parse(new BytesSource(path, readFileSync(path)), new ProblemList(), unwatched);
}
