import { basename } from "node:path";
import { formatBytes, formatCount, formatShare } from "../../base/figures";
import type { InvestigationParams, Note } from "../../protocol/dumpsRequests";
import type { DumpSession } from "../dumpSession";
import {
  type Cell,
  type Column,
  htmlOf,
  type InvestigationDocument,
  markdownOf,
  type Section,
} from "./investigationText";

/** Extension id in links; the extension's own `links` writes and reads the same form. */
const extensionId = "exhume.exhume";
const defaultTop = 20;

/** Gathers what the views show of a heap dump, with links back to each row, and the notes. */
export async function exportInvestigation(
  session: DumpSession,
  notes: readonly Note[],
  params: Omit<InvestigationParams, "dump">,
  signal: AbortSignal,
): Promise<{ readonly text: string; readonly suggestedName: string }> {
  const name = basename(session.path);
  const linkTo: LinkTo = (view, place) => {
    const query = new URLSearchParams({ dump: session.path, view });
    if (place !== undefined) query.set("params", JSON.stringify(place));
    return `${params.uriScheme ?? "vscode"}://${extensionId}/open?${query}`;
  };
  const sections: Section[] = [];
  if (notes.length > 0) sections.push(notesSection(notes, linkTo));
  if (session.kind === "heap")
    sections.push(...(await heapSections(session, params.top ?? defaultTop, linkTo, signal)));
  if (session.problems.length > 0) {
    const paragraphs = session.problems.map(({ message }) => ({ text: message }));
    sections.push({ kind: "text", title: "Problems found while reading", paragraphs });
  }
  const document: InvestigationDocument = { title: `Investigation of ${name}`, sections };
  const ending = params.format === "html" ? "html" : "md";
  const text = params.format === "html" ? htmlOf(document) : markdownOf(document);
  return { text, suggestedName: `${name}-investigation.${ending}` };
}

type LinkTo = (view: string, params?: Readonly<Record<string, unknown>>) => string;

function notesSection(notes: readonly Note[], linkTo: LinkTo): Section {
  const paragraphs = notes.flatMap(({ title, text, place }): Cell[] => [
    place === undefined ? { text: title } : { text: title, link: linkTo(place.view, place.params) },
    { text },
  ]);
  return { kind: "text", title: "Notes", paragraphs };
}

async function heapSections(
  session: DumpSession,
  top: number,
  linkTo: LinkTo,
  signal: AbortSignal,
): Promise<Section[]> {
  const summary = await session.ask("heap/summary", {}, signal);
  const page = { start: 0, count: top, sort: { column: "retainedBytes", descending: true } } as const;
  const dominators = await session.ask("heap/dominators", page, signal);
  const histogram = await session.ask("heap/histogram", page, signal);
  const { suspects } = await session.ask("heap/suspects", {}, signal);
  const { totals, sizeModel } = summary;
  const reachable = totals.reachableBytes ?? totals.shallowBytes;
  const facts: [string, string][] = [
    ["File", session.path],
    ["Format", summary.format],
    ["Written", new Date(summary.createdMs).toISOString()],
    ...(summary.jvm === undefined ? [] : [["JVM", summary.jvm] as [string, string]]),
    ["Objects", `${formatCount(totals.objects)} (${formatBytes(totals.shallowBytes)})`],
    ["Reachable", formatBytes(reachable)],
    ["Classes", totals.classes.toLocaleString("en-US")],
    ["Size model", `${sizeModel.name} (${sizeModel.confidence})`],
  ];
  const objects = dominators.rows.map((row): Cell[] => [
    { text: rowName(row.className, row.label), link: linkTo("dominators", { reveal: row.objectId }) },
    { text: row.objectId },
    { text: formatBytes(row.retainedBytes) },
    { text: formatShare(row.retainedBytes, reachable) },
  ]);
  const classes = histogram.rows.map((row): Cell[] => [
    { text: row.className, link: linkTo("histogram", { filter: row.className }) },
    { text: row.objects.toLocaleString("en-US") },
    { text: formatBytes(row.shallowBytes) },
    { text: row.retainedBytes === undefined ? "" : formatBytes(row.retainedBytes) },
  ]);
  const suspected = suspects.flatMap((suspect): Cell[] => {
    const { className, field, retainedBytes, confidence, shape, evidence, roots, path } = suspect;
    const objectId = suspect.accumulation?.objectId ?? suspect.objectId;
    const place = objectId === undefined ? undefined : { reveal: objectId };
    const held = field === undefined ? className : `${field.className}.${field.name}`;
    const title = `${held} holds ${formatBytes(retainedBytes)} (${formatShare(retainedBytes, reachable)}): ${shape ?? "by size"}, ${confidence}`;
    const steps = path.map((step) =>
      step.field === undefined ? step.className : `${step.className}.${step.field}`,
    );
    const way = `From ${[...roots.slice(0, 1), ...steps].join(" → ")}.`;
    return [{ text: title, link: linkTo("dominators", place) }, { text: [...evidence, way].join(" ") }];
  });
  return [
    { kind: "facts", title: "The dump", facts },
    { kind: "text", title: "Leak suspects", paragraphs: suspected },
    {
      kind: "table",
      title: "Biggest objects",
      columns: columnsOf("Object", "Id", ">Retained", ">Share"),
      rows: objects,
    },
    {
      kind: "table",
      title: "Classes",
      columns: columnsOf("Class", ">Objects", ">Shallow", ">Retained"),
      rows: classes,
    },
  ];
}

function columnsOf(...titles: readonly string[]): Column[] {
  return titles.map((title) => ({
    title: title.replace(/^>/, ""),
    align: title.startsWith(">") ? "right" : "left",
  }));
}

function rowName(className: string, label: string | undefined): string {
  return label === undefined ? className : `${className} ${label}`;
}
