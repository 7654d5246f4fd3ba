import { basename } from "node:path";
import type { InvestigationParams, Note } from "../../protocol/dump/investigation";
import type { ComparisonResult } from "../../protocol/heap/growth";
import type { TriageVerdict } from "../../protocol/triage/verdict";
import type { DumpSession } from "../dumpSession";
import { coreSections } from "./coreSections";
import { comparisonSections, heapSections } from "./heapSections";
import { htmlOf } from "./investigationHtml";
import { markdownOf } from "./investigationMarkdown";
import type { DocumentSection, InvestigationDocument, LinkTo } from "./investigationText";
import { textSections, verdictSections } from "./textSections";

/** Extension id in links; the extension's own `links` writes and reads the same form. */
const extensionId = "exhume.exhume";
const defaultTop = 20;

/** Answers over several dumps that belong into the document. */
export interface FurtherAnswers {
  readonly comparison?: ComparisonResult;
  readonly verdict?: TriageVerdict;
}

/** Gathers what the views show of a dump, with links back to each row, and the notes. */
export async function exportInvestigation(
  session: DumpSession,
  notes: readonly Note[],
  params: Omit<InvestigationParams, "dump" | "others" | "triagePaths">,
  further: FurtherAnswers,
  signal: AbortSignal,
): Promise<{ readonly text: string; readonly suggestedName: string }> {
  const file = basename(session.path);
  const linkTo: LinkTo = (view, place) => {
    const query = new URLSearchParams({ dump: session.path, view });
    if (session.heapOfCore) query.set("heapOfCore", "true");
    if (place !== undefined) query.set("params", JSON.stringify(place));
    return `${params.uriScheme ?? "vscode"}://${extensionId}/open?${query}`;
  };
  const top = params.top ?? defaultTop;
  const sectionsOf = { heap: heapSections, core: coreSections, text: textSections, unknown: async () => [] }[
    session.kind
  ];
  const { comparison, verdict } = further;
  const sections: DocumentSection[] = [
    ...(notes.length > 0 ? [notesSection(notes, linkTo)] : []),
    ...(await sectionsOf(session, top, linkTo, signal)),
    ...(comparison === undefined ? [] : comparisonSections(comparison, session.path, top, linkTo)),
    ...(verdict === undefined ? [] : verdictSections(verdict, session.path, linkTo)),
  ];
  if (session.problems.length > 0) {
    const paragraphs = session.problems.map(({ message }) => ({ text: message }));
    sections.push({ kind: "text", title: "Problems found while reading", paragraphs });
  }
  const document: InvestigationDocument = {
    title: `Investigation of ${session.heapOfCore ? `the Java heap of ${file}` : file}`,
    sections,
  };
  const ending = params.format === "html" ? "html" : "md";
  const text = params.format === "html" ? htmlOf(document) : markdownOf(document);
  const which = session.heapOfCore ? "java-heap-investigation" : "investigation";
  return { text, suggestedName: `${file}-${which}.${ending}` };
}

function notesSection(notes: readonly Note[], linkTo: LinkTo): DocumentSection {
  const findings = notes.map(({ title, text, place }) => ({
    title: place === undefined ? { text: title } : { text: title, link: linkTo(place.view, place.params) },
    sentences: [text],
  }));
  return { kind: "findings", title: "Notes", findings };
}
