import { elideMiddle } from "../../base/elideMiddle";
import { formatBytes, formatCount } from "../../base/figures";
import type { ComparisonResult, GrowthRow, PathGrowthRow } from "../../protocol/heap/growth";
import type { FieldName } from "../../protocol/heap/objects";
import type { DumpSession } from "../../session/dumpSession";
import { compareHeaps } from "../../session/heap/compareHeaps";
import {
  type Command,
  countOption,
  type Invocation,
  openFlags,
  openOptionsOf,
  openOptionsUsage,
  requirePositional,
} from "./command";
import { exitCodes } from "./exitCodes";
import { apart } from "./output";
import { formatTable } from "./table";

const defaultTop = 15;
const defaultJsonTop = 500;

export const diff: Command = {
  name: "diff",
  needs: "objectGraph",
  summary: "Compare two or more heap dumps of one program: what grew, by field, class and collection.",
  usage: `EARLIER LATER [LATEST…] [--top N] [--json]
  --top N             rows in each list (15, as JSON 500)
  --json              one JSON object on standard output
${openOptionsUsage}`,
  options: { json: { type: "boolean" }, top: { type: "string" }, ...openFlags },
  async run(invocation) {
    const sessions = await openSeries(invocation);
    const comparison = await compareHeaps(sessions, invocation.signal);
    const json = invocation.values["json"] === true;
    const top = countOption(invocation, "top") ?? (json ? defaultJsonTop : defaultTop);
    const { output } = invocation;
    if (json) output.json({ schemaVersion: 1, ...jsonComparison(comparison, top) });
    else output.text(comparisonText(comparison, top, output.columns));
    return seriesExitCode(sessions);
  },
};

/** Opens every dump named, in the order given. */
export async function openSeries(invocation: Invocation): Promise<DumpSession[]> {
  requirePositional(invocation, 0, "the earlier dump");
  requirePositional(invocation, 1, "the later dump");
  const sessions: DumpSession[] = [];
  for (const path of invocation.positionals) {
    sessions.push(await invocation.openDump(path, openOptionsOf(invocation)));
  }
  return sessions;
}

export function seriesExitCode(sessions: readonly DumpSession[]): number {
  const cut = sessions.some(({ problems }) => problems.some((problem) => problem.losesData));
  return cut ? exitCodes.incomplete : exitCodes.done;
}

export function jsonComparison(comparison: ComparisonResult, top: number): Record<string, unknown> {
  const { dumps, grownBytes, growing, classes, paths, collections, leftOut } = comparison;
  return {
    dumps,
    grownBytes,
    ...(leftOut === undefined ? {} : { leftOut }),
    growing: growing.slice(0, top),
    classes: classes.slice(0, top),
    paths: paths.slice(0, top),
    collections: collections.slice(0, top),
  };
}

export function comparisonText(comparison: ComparisonResult, top: number, width: number): string[] {
  const { dumps, grownBytes, growing, classes, collections, leftOut } = comparison;
  const blocks = [
    [
      ...dumps.map(
        (dump) =>
          `${dump.path}: ${formatBytes((leftOut === undefined ? dump.reachableBytes : undefined) ?? dump.shallowBytes)}`,
      ),
      `${leftOut === undefined ? "Reachable" : "All objects, reachable or not"}: ${signed(grownBytes)}`,
    ],
    leftOut !== undefined
      ? ["Which paths grew is not known: dominators were left out."]
      : growing.length === 0
        ? ["Nothing grew beyond noise."]
        : ["What grew", ...growing.slice(0, top).flatMap(growthText)],
  ];
  const grownClasses = classes.filter((row) => row.grownBytes !== 0).slice(0, top);
  if (grownClasses.length > 0) {
    blocks.push([
      "Classes",
      ...formatTable(
        [
          { title: "Shallow", align: "right" },
          { title: "Objects", align: "right" },
          { title: "", align: "left" },
          { title: "Class", align: "left" },
        ],
        grownClasses.map((row) => [
          signed(row.grownBytes),
          signedCount(row.grownObjects),
          statusText(row, dumps.length),
          row.className,
        ]),
        width,
      ),
    ]);
  }
  if (collections.length > 0) {
    blocks.push([
      "Collections",
      ...formatTable(
        [
          { title: "Retained", align: "right" },
          { title: "Elements", align: "right" },
          { title: "Collection", align: "left" },
        ],
        collections
          .slice(0, top)
          .map((row) => [
            row.grownBytes === undefined ? "—" : signed(row.grownBytes),
            `${signedCount(row.grownElements)} to ${formatCount(row.elements.at(-1) ?? 0)}`,
            `${fieldText(row.field)} ${row.className}`,
          ]),
        width,
      ),
    ]);
  }
  return apart(blocks);
}

function growthText(row: PathGrowthRow): string[] {
  const slope = row.bytesPerHour === undefined ? "" : `, ${signed(Math.round(row.bytesPerHour))} an hour`;
  const steps = row.path.map(({ className, field }) =>
    field === undefined ? className : `.${field.name} ${className}`,
  );
  return [
    `  ${signed(row.grownBytes)} ${fieldText(row.field)}: ${signedCount(row.grownObjects)} ${row.path.at(-1)?.className ?? ""}${slope}`,
    `    ${elideMiddle(steps, (more) => `… ${formatCount(more)} more …`).join(" → ")}`,
  ];
}

function fieldText(field: FieldName | undefined): string {
  return field === undefined ? "" : `${field.className}.${field.name}`;
}

function statusText(row: GrowthRow, dumps: number): string {
  if (row.status === "new" || row.status === "gone") return row.status;
  return dumps > 2 && row.growsAlways ? "every step" : "";
}

function signed(bytes: number): string {
  return `${bytes < 0 ? "-" : "+"}${formatBytes(Math.abs(bytes))}`;
}

function signedCount(count: number): string {
  return `${count < 0 ? "" : "+"}${formatCount(count)}`;
}
