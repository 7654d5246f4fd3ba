import { formatBytes, formatCount } from "../../base/figures";
import type { CoreFrame, CoreThreadRow } from "../../protocol/core/stacks";
import type { DumpSession } from "../dumpSession";
import { type Cell, columnsOf, type DocumentSection, fileCell, type LinkTo } from "./investigationText";

/** Frames of the crashing thread in the document. */
const mostFrames = 40;

/** What crashed, the stacks, the binaries and the memory of a core. */
export async function coreSections(
  session: DumpSession,
  top: number,
  linkTo: LinkTo,
  signal: AbortSignal,
): Promise<DocumentSection[]> {
  const summary = await session.ask("core/summary", {}, signal);
  const threads = await session.ask("core/threads", { start: 0, count: top }, signal);
  const { modules } = await session.ask("core/modules", {}, signal);
  const regions = await session.ask("core/regionSummary", {}, signal);
  const { process, cause } = summary;
  const facts: [string, string][] = [
    ["File", session.path],
    ["Format", summary.format],
    ["Executable", summary.executable],
    ...(process === undefined
      ? []
      : [["Process", `${process.name}, pid ${process.pid}`] as [string, string]]),
    ...(cause === undefined ? [] : [["Reason told by", cause.evidence] as [string, string]]),
    ["Architecture", summary.architecture],
    [
      "In the core",
      `${formatBytes(summary.memory.dumpedBytes)} of ${formatBytes(summary.memory.mappedBytes)}`,
    ],
  ];
  const sections: DocumentSection[] = [{ kind: "facts", title: "The core", lead: summary.headline, facts }];
  const crashed = threads.rows[0];
  if (crashed !== undefined) sections.push(await stackSection(session, crashed, linkTo, signal));
  sections.push(
    {
      kind: "table",
      title: `Threads (${threads.total})`,
      columns: columnsOf(">LWP", "Name", "Top frame"),
      rows: threads.rows.map((row) => [
        { text: String(row.lwp), link: linkTo("coreThreads", { lwp: row.lwp }) },
        { text: `${row.name ?? ""}${row.crashed ? " (crashed)" : ""}` },
        { text: row.top === undefined ? "" : frameText(row.top) },
      ]),
    },
    {
      kind: "table",
      title: "Modules",
      columns: columnsOf("Module", "Status", "Build id", "What is wrong"),
      rows: modules.map((row) => [
        { text: row.path, link: linkTo("modules") },
        { text: row.status },
        { text: row.buildId ?? "" },
        { text: row.fault ?? "" },
      ]),
    },
    {
      kind: "table",
      title: "Memory by owner",
      columns: columnsOf("Owner", ">Regions", ">In the core", ">Reserved"),
      rows: regions.categories.map((row) => [
        { text: row.name, link: linkTo("regions", { category: row.name }) },
        { text: String(row.regions) },
        { text: formatBytes(row.dumpedBytes) },
        { text: formatBytes(row.reservedBytes) },
      ]),
    },
  );
  return sections;
}

async function stackSection(
  session: DumpSession,
  { lwp, crashed }: CoreThreadRow,
  linkTo: LinkTo,
  signal: AbortSignal,
): Promise<DocumentSection> {
  const { threads } = await session.ask(
    "core/backtrace",
    { lwps: [lwp], maximumFrames: mostFrames, folded: true },
    signal,
  );
  const frames = threads[0]?.frames ?? [];
  return {
    kind: "table",
    title: crashed ? `Where it crashed, thread ${lwp}` : `Stack of thread ${lwp}`,
    columns: columnsOf(">#", "Function", "At", "Module"),
    rows: frames.map((frame): Cell[] => [
      { text: String(frame.index) },
      { text: `${frame.function ?? frame.pc}${repeatsText(frame)}`, link: linkTo("coreThreads", { lwp }) },
      placeCell(frame),
      frame.module === undefined ? { text: "" } : fileCell(frame.module),
    ]),
  };
}

function frameText(frame: CoreFrame): string {
  const place = placeCell(frame).text;
  return place === "" ? (frame.function ?? frame.pc) : `${frame.function ?? frame.pc} at ${place}`;
}

function repeatsText({ repeats }: CoreFrame): string {
  if (repeats === undefined) return "";
  const times = `×${formatCount(repeats.times)}`;
  return repeats.frames === 1 ? ` ${times}` : ` (with the next ${repeats.frames - 1}: ${times})`;
}

function placeCell({ file, line }: CoreFrame): Cell {
  if (file === undefined) return { text: "" };
  return fileCell(file, line === undefined ? "" : `:${line}`);
}
