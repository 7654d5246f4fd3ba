import { formatBytes, formatCount, formatShare } from "../../base/figures";
import type { RegionRow, RegionSummary } from "../../protocol/core/regions";
import { openCore } from "./bt";
import { type Command, exitCodeFor, openFlags, requirePositional } from "./command";
import { coreFlags, coreOpenOptionsOf, coreOptionsUsage } from "./coreOptions";
import { apart } from "./output";
import { formatTable } from "./table";

const everything = 0x7fff_ffff;

export const regions: Command = {
  name: "regions",
  listsProblems: true,
  needs: "processMemory",
  summary: "Give every mapped byte of a core its owner: stacks, malloc, Java heap, metaspace, files…",
  usage: `CORE [--json] [--all]
  --json              one JSON object on standard output
  --all               list every region, not only the categories
${coreOptionsUsage}`,
  options: { json: { type: "boolean" }, all: { type: "boolean" }, ...coreFlags, ...openFlags },
  async run(invocation) {
    const { output, signal, values } = invocation;
    const path = requirePositional(invocation, 0, "CORE");
    const session = await openCore(invocation.openDump(path, coreOpenOptionsOf(invocation)), path);
    const summary = await session.ask("core/regionSummary", {}, signal);
    const isJson = values["json"] === true;
    const rows =
      isJson || values["all"] === true
        ? (await session.ask("core/regions", { start: 0, count: everything }, signal)).rows
        : [];
    if (isJson) output.json(jsonOf(summary, rows), 1);
    else output.text(textOf(summary, rows, output.columns));
    return exitCodeFor([...session.problems, ...summary.problems]);
  },
};

function jsonOf(summary: RegionSummary, rows: readonly RegionRow[]): Record<string, unknown> {
  return {
    schemaVersion: 1,
    regions: rows.map(
      ({ start, end, kind, category, label, dumpedBytes, exact, permissions, lwp, path }) => ({
        start,
        end,
        kind,
        category,
        label,
        dumpedBytes,
        exact,
        permissions,
        ...(lwp === undefined ? {} : { lwp }),
        ...(path === undefined ? {} : { path }),
      }),
    ),
    byCategory: Object.fromEntries(
      summary.categories.map(({ name, reservedBytes, dumpedBytes, guessedBytes }) => [
        name,
        { reservedBytes, dumpedBytes, guessedBytes },
      ]),
    ),
    dumpedBytes: summary.dumpedBytes,
    unexplainedBytes: summary.unexplainedBytes,
    ...(summary.jvm === undefined ? {} : { jvm: summary.jvm }),
    ...(summary.go === undefined ? {} : { go: summary.go }),
    problems: summary.problems,
  };
}

function textOf(summary: RegionSummary, rows: readonly RegionRow[], width: number): string[] {
  const blocks = [
    [
      `${formatCount(summary.regions)} regions, ${formatBytes(summary.reservedBytes)} mapped, ` +
        `${formatBytes(summary.dumpedBytes)} in the core; unexplained ${formatBytes(summary.unexplainedBytes)} ` +
        `(${formatShare(summary.unexplainedBytes, summary.dumpedBytes)})`,
    ],
    formatTable(
      [
        { title: "In the core", align: "right" },
        { title: "", align: "right" },
        { title: "Mapped", align: "right" },
        { title: "Regions", align: "right" },
        { title: "", align: "left" },
        { title: "Category", align: "left" },
      ],
      summary.categories.map((each) => [
        formatBytes(each.dumpedBytes),
        formatShare(each.dumpedBytes, summary.dumpedBytes),
        formatBytes(each.reservedBytes),
        formatCount(each.regions),
        each.guessedBytes === 0 ? "" : `~ ${formatShare(each.guessedBytes, Math.max(1, each.dumpedBytes))}`,
        each.name,
      ]),
      width,
    ),
  ];
  const { jvm } = summary;
  if (jvm !== undefined) {
    blocks.push([
      `JVM ${jvm.version}, ${jvm.collector ?? "unknown collector"}: heap used ${formatBytes(jvm.heapUsedBytes ?? 0)}, ` +
        `committed ${formatBytes(jvm.heapCommittedBytes ?? 0)}, reserved ${formatBytes(jvm.heapReservedBytes ?? 0)}; ` +
        `${formatCount(jvm.javaThreads)} Java threads, ${formatCount(jvm.classes)} classes of ${formatCount(jvm.loaders)} loaders`,
    ]);
    if (jvm.nativeMemory !== undefined)
      blocks.push([
        "Native memory tracking",
        ...formatTable(
          [
            { title: "Committed", align: "right" },
            { title: "Reserved", align: "right" },
            { title: "malloc", align: "right" },
            { title: "Category", align: "left" },
          ],
          [...jvm.nativeMemory]
            .sort((a, b) => b.committedBytes - a.committedBytes)
            .map((each) => [
              formatBytes(each.committedBytes),
              formatBytes(each.reservedBytes),
              formatBytes(each.mallocBytes),
              each.name,
            ]),
          width,
        ),
      ]);
  }
  if (summary.go !== undefined) blocks.push([summary.go.words]);
  if (rows.length > 0)
    blocks.push(
      formatTable(
        [
          { title: "Start", align: "right" },
          { title: "Bytes", align: "right" },
          { title: "In the core", align: "right" },
          { title: "", align: "left" },
          { title: "Category", align: "left" },
          { title: "What", align: "left" },
        ],
        rows.map((row) => [
          row.start,
          formatBytes(row.bytes),
          formatBytes(row.dumpedBytes),
          row.permissions,
          row.category,
          row.exact ? row.label : `~ ${row.label}`,
        ]),
        width,
      ),
    );
  for (const { message } of summary.problems) blocks.push([message]);
  return apart(blocks);
}
