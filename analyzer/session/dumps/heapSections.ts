import { formatBytes, formatBytesOrDash, formatCount, formatShare } from "../../base/figures";
import type { ComparisonResult, FieldName } from "../../protocol/heapQuestionRequests";
import type { WireProblem } from "../../protocol/wire";
import type { DumpSession } from "../dumpSession";
import { type Cell, columnsOf, type LinkTo, type Section } from "./investigationText";

/** What the views of a heap dump show first, each row with the way back to it. */
export async function heapSections(
  session: DumpSession,
  top: number,
  linkTo: LinkTo,
  signal: AbortSignal,
): Promise<Section[]> {
  const summary = await session.ask("heap/summary", {}, signal);
  const page = { start: 0, count: top, sort: { column: "retainedBytes", descending: true } } as const;
  const dominators =
    summary.leftOut === undefined ? (await session.ask("heap/dominators", page, signal)).rows : [];
  const histogram = await session.ask("heap/histogram", page, signal);
  const { suspects } = await session.ask("heap/suspects", {}, signal);
  const { totals, sizeModel } = summary;
  const whole = totals.reachableBytes ?? totals.shallowBytes;
  const facts: [string, string][] = [
    ["File", session.path],
    ["Format", summary.format],
    ["Written", new Date(summary.createdMs).toISOString()],
    ...(summary.jvm === undefined ? [] : [["JVM", summary.jvm] as [string, string]]),
    ["Objects", `${formatCount(totals.objects)} (${formatBytes(totals.shallowBytes)})`],
    ["Reachable", formatBytesOrDash(totals.reachableBytes)],
    ["Classes", totals.classes.toLocaleString("en-US")],
    ["Size model", `${sizeModel.name} (${sizeModel.confidence})`],
    ...summary.problems.filter(isOverBudget).map(({ message }): [string, string] => ["Left out", message]),
  ];
  const objects = dominators.map((row): Cell[] => [
    { text: rowName(row.className, row.label), link: linkTo("dominators", { reveal: row.objectId }) },
    { text: row.objectId },
    { text: formatBytes(row.retainedBytes) },
    { text: formatShare(row.retainedBytes, whole) },
  ]);
  const classes = histogram.rows.map((row): Cell[] => [
    { text: row.className, link: linkTo("histogram", { filter: row.className }) },
    { text: row.objects.toLocaleString("en-US") },
    { text: formatBytes(row.shallowBytes) },
    { text: formatBytesOrDash(row.retainedBytes) },
  ]);
  const suspected = suspects.flatMap((suspect): Cell[] => {
    const { className, field, share, confidence, shape, evidence, roots, path } = suspect;
    const objectId = suspect.accumulation?.objectId ?? suspect.objectId;
    const place = objectId === undefined ? undefined : { reveal: objectId };
    const held = field === undefined ? className : `${field.className}.${field.name}`;
    const size =
      suspect.retainedBytes === undefined
        ? `takes ${formatBytesOrDash(suspect.shallowBytes)} by itself`
        : `holds ${formatBytes(suspect.retainedBytes)}`;
    const title = `${held} ${size} (${formatShare(share, 1)}): ${shape?.replaceAll("-", " ") ?? "by size"}, ${confidence}`;
    const steps = path.map((step) =>
      step.field === undefined ? step.className : `${step.className}.${step.field}`,
    );
    const way = steps.length === 0 ? "" : `From ${[...roots.slice(0, 1), ...steps].join(" → ")}.`;
    return [
      { text: title, link: linkTo("dominators", place) },
      { text: `${evidence.map((sentence) => `${sentence}. `).join("")}${way}` },
    ];
  });
  return [
    { kind: "facts", title: "The dump", facts },
    { kind: "text", title: "Leak suspects", paragraphs: suspected },
    ...(summary.leftOut !== undefined
      ? []
      : [
          {
            kind: "table" as const,
            title: "Biggest objects",
            columns: columnsOf("Object", "Id", ">Retained", ">Share"),
            rows: objects,
          },
        ]),
    {
      kind: "table",
      title: "Classes",
      columns: columnsOf("Class", ">Objects", ">Shallow", ">Retained"),
      rows: classes,
    },
  ];
}

function isOverBudget({ code }: WireProblem): boolean {
  return code === "over-budget";
}

/** What grew between dumps of one program, as the *Compare* view has it. */
export function comparisonSections(
  comparison: ComparisonResult,
  dump: string,
  top: number,
  linkTo: LinkTo,
): Section[] {
  const { dumps, grownBytes, growing, classes, collections } = comparison;
  const others = dumps.map(({ path }) => path).filter((path) => path !== dump);
  const link = (part: string) => linkTo("compare", { others, part });
  const facts = dumps.map(({ path, createdMs, reachableBytes, shallowBytes, build }): [string, string] => {
    const named = build === undefined ? "" : `, build ${build.commit ?? build.version} (${build.source})`;
    const bytes =
      comparison.leftOut === undefined && reachableBytes !== undefined
        ? `${formatBytes(reachableBytes)} reachable`
        : `${formatBytes(shallowBytes)}, reachable or not`;
    return [path, `${bytes}, ${new Date(createdMs).toISOString()}${named}`];
  });
  return [
    {
      kind: "facts",
      title: "Compared",
      facts: [...facts, ["Grown", signedBytes(grownBytes)]],
    },
    {
      kind: "table",
      title: "What grew",
      columns: columnsOf("Field", "Class", ">Bytes", ">Objects"),
      rows: growing
        .slice(0, top)
        .map((row) => [
          { text: fieldText(row.field), link: link("paths") },
          { text: row.path.at(-1)?.className ?? "" },
          { text: signedBytes(row.grownBytes) },
          { text: signedCount(row.grownObjects) },
        ]),
    },
    {
      kind: "table",
      title: "Growth by class",
      columns: columnsOf("Class", ">Shallow", ">Objects"),
      rows: classes
        .filter((row) => row.grownBytes !== 0)
        .slice(0, top)
        .map((row) => [
          { text: row.className, link: link("classes") },
          { text: signedBytes(row.grownBytes) },
          { text: signedCount(row.grownObjects) },
        ]),
    },
    {
      kind: "table",
      title: "Growth by collection",
      columns: columnsOf("Collection", "Class", ">Retained", ">Elements"),
      rows: collections
        .slice(0, top)
        .map((row) => [
          { text: fieldText(row.field) || row.className, link: link("collections") },
          { text: row.className },
          { text: row.grownBytes === undefined ? "—" : signedBytes(row.grownBytes) },
          { text: signedCount(row.grownElements) },
        ]),
    },
  ];
}

function fieldText(field: FieldName | undefined): string {
  return field === undefined ? "" : `${field.className}.${field.name}`;
}

function signedBytes(bytes: number): string {
  return bytes > 0 ? `+${formatBytes(bytes)}` : formatBytes(bytes);
}

function signedCount(count: number): string {
  return count > 0 ? `+${formatCount(count)}` : formatCount(count);
}

function rowName(className: string, label: string | undefined): string {
  return label === undefined ? className : `${className} ${label}`;
}
