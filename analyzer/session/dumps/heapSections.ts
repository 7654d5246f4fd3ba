import { capitalised, formatBytes, formatBytesOrDash, formatCount, formatShare } from "../../base/figures";
import type { ComparisonResult } from "../../protocol/heap/growth";
import type { FieldName } from "../../protocol/heap/objects";
import type { SuspectRow } from "../../protocol/heap/suspects";
import type { WireProblem } from "../../protocol/wire";
import type { DumpSession } from "../dumpSession";
import { shapeInWords, sizeInWords, stepInWords } from "../heap/shapeWords";
import {
  type Cell,
  columnsOf,
  type DocumentSection,
  type Finding,
  type LinkTo,
  momentText,
} from "./investigationText";

/** What the views of a heap dump show first, each row with the way back to it. */
export async function heapSections(
  session: DumpSession,
  top: number,
  linkTo: LinkTo,
  signal: AbortSignal,
): Promise<DocumentSection[]> {
  const summary = await session.ask("heap/summary", {}, signal);
  const page = { start: 0, count: top, sort: { column: "retainedBytes", descending: true } } as const;
  const dominators =
    summary.leftOut === undefined ? (await session.ask("heap/dominators", page, signal)).rows : [];
  const histogram = await session.ask("heap/histogram", page, signal);
  const { suspects, verdict } = await session.ask("heap/suspects", {}, signal);
  const { totals, sizeModel } = summary;
  const whole = totals.reachableBytes ?? totals.shallowBytes;
  const figures: [string, string][] = [
    ["Heap in use", formatBytes(totals.shallowBytes)],
    ["Strongly reachable", formatBytesOrDash(totals.reachableBytes)],
    ["Objects", formatCount(totals.objects)],
    ["Classes", formatCount(totals.classes)],
  ];
  const facts: [string, string][] = [
    ["File", session.path],
    ["Format", summary.format],
    ["Written", momentText(summary.createdMs)],
    ...(summary.jvm === undefined ? [] : [["JVM", summary.jvm] as [string, string]]),
    ...(sizeModel === undefined
      ? []
      : [["Size model", `${sizeModel.name} (${sizeModel.confidence})`] as [string, string]]),
    ...summary.problems.filter(isOverBudget).map(({ message }): [string, string] => ["Left out", message]),
  ];
  const objects = dominators.map((row): Cell[] => [
    { text: rowName(row.className, row.label), link: linkTo("dominators", { reveal: row.objectId }) },
    { text: row.objectId },
    { text: formatBytes(row.retainedBytes) },
    { text: formatShare(row.retainedBytes, whole), share: row.retainedBytes / Math.max(1, whole) },
  ]);
  const classes = histogram.rows.map((row): Cell[] => [
    { text: row.className, link: linkTo("histogram", { filter: row.className }) },
    { text: formatCount(row.objects) },
    { text: formatBytes(row.shallowBytes) },
    { text: formatBytesOrDash(row.retainedBytes) },
  ]);
  return [
    { kind: "facts", title: "The dump", figures, facts },
    {
      kind: "text",
      title: "Verdict",
      paragraphs: [verdict.sentence, ...verdict.remarks].map((text) => ({ text })),
    },
    ...(suspects.length === 0
      ? []
      : [
          {
            kind: "findings" as const,
            title: "Leak suspects",
            findings: suspects.map((suspect) => suspectFinding(suspect, linkTo)),
          },
        ]),
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

function suspectFinding(suspect: SuspectRow, linkTo: LinkTo): Finding {
  const { className, field, share, confidence, evidence, roots, path, fix } = suspect;
  const objectId = suspect.accumulation?.objectId ?? suspect.objectId;
  const place = objectId === undefined ? undefined : { reveal: objectId };
  const held = field === undefined ? className : `${field.className}.${field.name}`;
  return {
    title: { text: held, link: linkTo("dominators", place) },
    figure: capitalised(sizeInWords(suspect)),
    share,
    badges: [capitalised(shapeInWords(suspect)), confidence],
    sentences: evidence.map(capitalised),
    ...(fix === undefined ? {} : { advice: fix }),
    ...(path.length === 0 ? {} : { path: [...roots.slice(0, 1), ...path.map(stepInWords)] }),
  };
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
): DocumentSection[] {
  const { dumps, grownBytes, growing, classes, collections } = comparison;
  const others = dumps.map(({ path }) => path).filter((path) => path !== dump);
  const link = (part: string) => linkTo("compare", { others, part });
  const facts = dumps.map(({ path, createdMs, reachableBytes, shallowBytes, build }): [string, string] => {
    const named = build === undefined ? "" : `, build ${build.commit ?? build.version} (${build.source})`;
    const bytes =
      comparison.leftOut === undefined && reachableBytes !== undefined
        ? `${formatBytes(reachableBytes)} reachable`
        : `${formatBytes(shallowBytes)}, reachable or not`;
    return [path, `${bytes}, ${momentText(createdMs)}${named}`];
  });
  return [
    {
      kind: "facts",
      title: "Compared",
      figures: [["Grown", signedBytes(grownBytes)]],
      facts,
    },
    {
      kind: "table",
      title: "What grew",
      empty: "No field keeps more than it did.",
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
      empty: "No class has more objects or bytes.",
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
      empty: "No collection is bigger.",
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
  if (label === undefined) return className;
  return label.startsWith("class ") ? label : `${className} ${label}`;
}
