import { capitalized } from "../../base/capitalized";
import { formatBytes, formatBytesOrDash, formatCount, formatShare } from "../../base/figures";
import type { DominatorRow } from "../../protocol/heap/dominators";
import { type HistogramRow, type ReachabilityRow, reachabilityNames } from "../../protocol/heap/histogram";
import type { HeapSummary, SizeModelFacts } from "../../protocol/heap/summary";
import type { HeapDeadlock } from "../../protocol/heap/threads";
import { has } from "../../session/capabilities";
import type { DumpSession } from "../../session/dumpSession";
import { exitCodeFor, type Invocation, jsonProblem } from "./command";
import { apart } from "./output";
import type { AnalyzeRequest } from "./report";
import { formatTable } from "./table";

/** Rows of the report when `--top` does not say. JSON lists every class. */
const defaultTop = 20;
const defaultJsonDominators = 100;
const everything = 0x7fff_ffff;

interface HeapReport {
  /** Of the file the user named, packed or not. */
  readonly fileBytes: number;
  readonly summary: HeapSummary;
  readonly classes: readonly HistogramRow[];
  readonly dominators: readonly DominatorRow[];
  readonly deadlocks: readonly HeapDeadlock[];
  /** Absent when everything is strongly reachable, or nobody knows. */
  readonly reachability?: readonly ReachabilityRow[];
}

/** Report of a heap dump: what it is, classes by retained size, biggest objects, problems. */
export async function analyzeHeap(
  session: DumpSession,
  { json, top }: AnalyzeRequest,
  { output, signal }: Invocation,
): Promise<number> {
  const report = await readReport(session, {
    classes: top ?? (json ? everything : defaultTop),
    dominators: top ?? (json ? defaultJsonDominators : defaultTop),
    signal,
  });
  if (json) output.json(jsonOf(report));
  else output.text(textOf(report, output.columns));
  return exitCodeFor(report.summary.problems);
}

async function readReport(
  session: DumpSession,
  counts: { readonly classes: number; readonly dominators: number; readonly signal: AbortSignal },
): Promise<HeapReport> {
  const { signal } = counts;
  const sort = { column: "retainedBytes", descending: true } as const;
  const summary = await session.ask("heap/summary", {}, signal);
  const classes = await session.ask("heap/histogram", { start: 0, count: counts.classes, sort }, signal);
  const page = { start: 0, count: counts.dominators, sort };
  const dominators =
    summary.leftOut === undefined ? (await session.ask("heap/dominators", page, signal)).rows : [];
  const { reachableBytes, shallowBytes } = summary.totals;
  const isAsked = reachableBytes !== undefined && reachableBytes < shallowBytes;
  const hasThreads = has(session.format, "threads");
  const { deadlocks } = hasThreads ? await session.ask("heap/deadlocks", {}, signal) : { deadlocks: [] };
  return {
    fileBytes: session.byteLength,
    summary,
    classes: classes.rows,
    dominators,
    deadlocks,
    ...(isAsked ? { reachability: (await session.ask("heap/unreachable", {}, signal)).kinds } : {}),
  };
}

function jsonOf({
  fileBytes,
  summary,
  classes,
  dominators,
  deadlocks,
  reachability,
}: HeapReport): Record<string, unknown> {
  const { path, idSize, createdMs, jvm } = summary;
  return {
    schemaVersion: 1,
    dump: { path, kind: "heap", bytes: fileBytes, idSize, createdMs, ...(jvm === undefined ? {} : { jvm }) },
    ...(deadlocks.length === 0 ? {} : { deadlocks }),
    sizeModel: summary.sizeModel,
    totals: summary.totals,
    ...(reachability === undefined ? {} : { reachability }),
    classes: classes.map(({ className, loader, objects, shallowBytes, retainedBytes }) => ({
      name: className,
      loader,
      objects,
      shallowBytes,
      retainedBytes,
    })),
    dominators: dominators.map(({ objectId, className, shallowBytes, retainedBytes }) => ({
      objectId,
      className,
      shallowBytes,
      retainedBytes,
    })),
    problems: summary.problems.map(jsonProblem),
    ...(summary.leftOut === undefined ? {} : { leftOut: summary.leftOut }),
  };
}

/** Why, too, where it is not certain. */
function sizesInWords({ name, confidence, evidence }: SizeModelFacts): string[] {
  return [
    `Sizes: ${name} (${confidence})`,
    ...(confidence === "certain" ? [] : evidence.map((sentence) => `  ${sentence}`)),
  ];
}

/** What the totals leave open: what the memory is that is not reachable strongly. */
function othersInWords(reachability: readonly ReachabilityRow[]): string {
  return reachability
    .filter((kind) => kind.reachability !== "strong" && kind.shallowBytes > 0)
    .map((kind) => {
      const [name, meaning] = reachabilityNames[kind.reachability];
      return `${name} ${formatBytes(kind.shallowBytes)} (${meaning})`;
    })
    .join("; ");
}

function textOf(
  { fileBytes, summary, classes, dominators, deadlocks, reachability }: HeapReport,
  width: number,
): string[] {
  const { totals, sizeModel } = summary;
  const reachable = totals.reachableBytes ?? totals.shallowBytes;
  const blocks = [
    [
      summary.path,
      `${summary.format}, ${sizeInWords(fileBytes, summary.fileBytes)}, written ${new Date(summary.createdMs).toISOString()}` +
        `${summary.jvm === undefined ? "" : `, ${summary.jvm}`}`,
    ],
    deadlocks.map(({ words }) => capitalized(words)),
    [
      `${formatCount(totals.objects)} objects, ${formatBytes(totals.shallowBytes)}; ` +
        (totals.reachableObjects === undefined
          ? ""
          : `reachable ${formatCount(totals.reachableObjects)} objects, ${formatBytes(reachable)}; `) +
        `${formatCount(totals.classes)} classes, ${formatCount(totals.gcRoots)} GC roots`,
      ...(reachability === undefined ? [] : [`Not strongly reachable: ${othersInWords(reachability)}`]),
      ...(sizeModel === undefined ? [] : sizesInWords(sizeModel)),
    ],
    ...(summary.leftOut === undefined ? [biggestText(dominators, reachable, width)] : []),
    [
      "Classes",
      ...formatTable(
        [
          { title: "Retained", align: "right" },
          { title: "", align: "right" },
          { title: "Shallow", align: "right" },
          { title: "Objects", align: "right" },
          { title: "Class", align: "left" },
        ],
        classes.map((row) => [
          formatBytesOrDash(row.retainedBytes),
          row.retainedBytes === undefined ? "" : formatShare(row.retainedBytes, reachable),
          formatBytes(row.shallowBytes),
          formatCount(row.objects),
          row.className,
        ]),
        width,
      ),
    ],
  ];
  if (summary.problems.length > 0) {
    const lines = summary.problems.map(
      ({ message, offset }) => `  ${message}${offset === undefined ? "" : ` (offset ${offset})`}`,
    );
    blocks.push(["Problems", ...lines]);
  }
  return apart(blocks);
}

function biggestText(dominators: readonly DominatorRow[], reachable: number, width: number): string[] {
  return [
    "Biggest objects",
    ...formatTable(
      [
        { title: "Retained", align: "right" },
        { title: "", align: "right" },
        { title: "Shallow", align: "right" },
        { title: "Object", align: "left" },
      ],
      dominators.map((row) => [
        formatBytes(row.retainedBytes),
        formatShare(row.retainedBytes, reachable),
        formatBytes(row.shallowBytes),
        `${row.className} @ ${row.objectId}${row.label === undefined ? "" : ` ${row.label}`}`,
      ]),
      width,
    ),
  ];
}

function sizeInWords(fileBytes: number, unpackedBytes: number): string {
  if (fileBytes === unpackedBytes) return formatBytes(fileBytes);
  return `${formatBytes(fileBytes)} (${formatBytes(unpackedBytes)} unpacked)`;
}
