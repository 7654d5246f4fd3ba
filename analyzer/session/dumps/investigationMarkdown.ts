import { asMarkdown } from "../../base/foreignText";
import {
  type Cell,
  type DocumentSection,
  type Finding,
  filledColumns,
  type InvestigationDocument,
} from "./investigationText";

/** GitHub-flavoured Markdown. Names come from a dump: nothing in them may become markup. */
export function markdownOf({ title, sections }: InvestigationDocument): string {
  const lines = [`# ${asMarkdown(title)}`, ""];
  for (const section of sections)
    lines.push([`## ${asMarkdown(section.title)}`, "", ...linesOf(section), ""].join("\n"));
  return lines.join("\n");
}

function linesOf(section: DocumentSection): string[] {
  switch (section.kind) {
    case "facts": {
      const lead = section.lead === undefined ? [] : [`**${asMarkdown(section.lead)}**`, ""];
      const facts = [...(section.figures ?? []), ...section.facts];
      return [...lead, ...facts.map(([name, value]) => `- **${asMarkdown(name)}**: ${asMarkdown(value)}`)];
    }
    case "table": {
      if (section.rows.length === 0) return [asMarkdown(section.empty ?? "None.")];
      const shown = filledColumns(section);
      const row = (cells: readonly string[]) => `| ${cells.join(" | ")} |`;
      return [
        row(shown.map((at) => asMarkdown(section.columns[at]!.title))),
        row(shown.map((at) => (section.columns[at]!.align === "right" ? "---:" : "---"))),
        ...section.rows.map((cells) => row(shown.map((at) => cellText(cells[at] ?? { text: "" })))),
      ];
    }
    case "findings":
      return section.findings.flatMap(findingLines);
    case "text":
      return section.paragraphs.flatMap((paragraph) => [cellText(paragraph), ""]);
  }
}

function findingLines({ title, figure, badges = [], sentences, advice, path }: Finding): string[] {
  const facts = [...(figure === undefined ? [] : [figure]), ...badges].map(asMarkdown).join(" · ");
  const lines = [`### ${cellText(title)}`, ""];
  if (facts !== "") lines.push(`**${facts}**`, "");
  if (sentences.length === 1) lines.push(asMarkdown(sentences[0]!), "");
  else if (sentences.length > 1)
    lines.push(sentences.map((sentence) => `- ${asMarkdown(sentence)}\n`).join(""));
  if (advice !== undefined) lines.push(`> ${asMarkdown(advice)}`, "");
  if (path !== undefined && path.length > 0) lines.push(`From ${path.map(asMarkdown).join(" → ")}`, "");
  return lines;
}

function cellText({ text, link }: Cell): string {
  const shown = asMarkdown(text);
  return link === undefined ? shown : `[${shown}](<${link}>)`;
}
