import { formatBytes, formatCount, formatFigure, formatShare } from "../../base/figures";
import type { TriageVerdict } from "../../protocol/triage/verdict";
import type { DumpSession } from "../dumpSession";
import { type DocumentSection, fileCell, type LinkTo } from "./investigationText";

/** The figures of a saved text and the first rows of its tables. */
export async function textSections(
  session: DumpSession,
  top: number,
  linkTo: LinkTo,
  signal: AbortSignal,
): Promise<DocumentSection[]> {
  const { format, figures, tables } = await session.ask("text/summary", {}, signal);
  const facts = figures.map(({ name, value, unit }): [string, string] => [name, formatFigure(value, unit)]);
  const sections: DocumentSection[] = [
    { kind: "facts", title: "The text", facts: [["File", session.path], ["Format", format], ...facts] },
  ];
  for (const { name, title, columns, rows: total } of tables) {
    const page = await session.ask("text/table", { table: name, start: 0, count: top }, signal);
    sections.push({
      kind: "table",
      title: `${title} (${page.rows.length} of ${formatCount(total)})`,
      columns: columns.map((column) => ({
        title: column.title,
        align: column.unit === "text" || column.unit === "address" ? "left" : "right",
      })),
      rows: page.rows.map(({ cells }) =>
        columns.map(({ unit }, at) => ({
          text: formatFigure(cells[at] ?? null, unit),
          ...(at === 0 ? { link: linkTo("tables", { table: name }) } : {}),
        })),
      ),
    });
  }
  return sections;
}

/** Which cause it is, and where the memory is, as the *Triage* view has it. */
export function verdictSections(verdict: TriageVerdict, dump: string, linkTo: LinkTo): DocumentSection[] {
  const { parts, rssBytes, unexplainedBytes } = verdict.account;
  const paths = verdict.inputs.map(({ path }) => path).filter((path) => path !== dump);
  const link = linkTo("triage", { paths });
  const whole = rssBytes ?? parts.reduce((sum, part) => sum + part.bytes, 0);
  const sentences = [
    ...verdict.inputs.flatMap(({ headline }) => headline ?? []),
    ...verdict.because,
    ...verdict.isNot.map(({ sentence }) => sentence),
    ...verdict.inputs.map(({ path, what }) => `Read: ${what}, ${path}`),
  ];
  const rows = [
    ...parts,
    ...(unexplainedBytes === undefined
      ? []
      : [{ name: "Unexplained", bytes: unexplainedBytes, source: "", exact: true }]),
  ];
  const sections: DocumentSection[] = [
    {
      kind: "findings",
      title: "Triage",
      findings: [
        {
          title: { text: verdict.summary, link },
          badges: [`${verdict.confidence} confidence`],
          sentences: sentences.filter((text) => text !== ""),
          ...(verdict.usualFix === "" ? {} : { advice: verdict.usualFix }),
        },
      ],
    },
  ];
  if (parts.length > 0) {
    sections.push({
      kind: "table",
      title: verdict.account.resident ? "Resident memory by owner" : "Committed memory by owner",
      columns: [
        { title: "Part", align: "left" },
        { title: "Bytes", align: "right" },
        { title: "Share", align: "right" },
        { title: "From", align: "left" },
      ],
      rows: rows.map(({ name, bytes, source, exact }) => [
        { text: name, link },
        { text: `${exact ? "" : "≈ "}${formatBytes(bytes)}` },
        { text: formatShare(bytes, whole), share: bytes / Math.max(1, whole) },
        source === "" ? { text: "" } : fileCell(source),
      ]),
    });
  }
  return sections;
}
