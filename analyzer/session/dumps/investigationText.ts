/** A document made of headings, facts, tables and notes, before it becomes Markdown or HTML. */
export interface InvestigationDocument {
  readonly title: string;
  readonly sections: readonly Section[];
}

export type Section =
  | { readonly kind: "facts"; readonly title: string; readonly facts: readonly (readonly [string, string])[] }
  | {
      readonly kind: "table";
      readonly title: string;
      readonly columns: readonly Column[];
      readonly rows: readonly (readonly Cell[])[];
    }
  | { readonly kind: "text"; readonly title: string; readonly paragraphs: readonly Cell[] };

export interface Column {
  readonly title: string;
  readonly align: "left" | "right";
}

export interface Cell {
  readonly text: string;
  /** Opens the place in the editor. */
  readonly link?: string;
}

/** The address that opens a place of the dump in the editor. */
export type LinkTo = (view: string, params?: Readonly<Record<string, unknown>>) => string;

/** Columns by their titles; one that begins with `>` is aligned to the right. */
export function columnsOf(...titles: readonly string[]): Column[] {
  return titles.map((title) => ({
    title: title.replace(/^>/, ""),
    align: title.startsWith(">") ? "right" : "left",
  }));
}

/** GitHub-flavoured Markdown. Names come from a dump: nothing in them may become markup. */
export function markdownOf({ title, sections }: InvestigationDocument): string {
  const lines = [`# ${markdownText(title)}`, ""];
  for (const section of sections) {
    lines.push(`## ${markdownText(section.title)}`, "", ...markdownSection(section), "");
  }
  return lines.join("\n");
}

function markdownSection(section: Section): string[] {
  switch (section.kind) {
    case "facts":
      return section.facts.map(([name, value]) => `- **${markdownText(name)}**: ${markdownText(value)}`);
    case "table":
      return [
        `| ${section.columns.map((column) => markdownText(column.title)).join(" | ")} |`,
        `| ${section.columns.map((column) => (column.align === "right" ? "---:" : "---")).join(" | ")} |`,
        ...section.rows.map((row) => `| ${row.map(markdownCell).join(" | ")} |`),
      ];
    case "text":
      return section.paragraphs.flatMap((paragraph) => [markdownCell(paragraph), ""]);
  }
}

function markdownCell({ text, link }: Cell): string {
  const shown = markdownText(text);
  return link === undefined ? shown : `[${shown}](<${link}>)`;
}

function markdownText(text: string): string {
  return text.replace(/[\\`*_{}[\]<>()#+!|~]/g, "\\$&").replace(/\s*\n\s*/g, " ");
}

/** One file that needs nothing else: no scripts, no fonts, no network; readable in light and dark. */
export function htmlOf({ title, sections }: InvestigationDocument): string {
  const body = sections
    .map((section) => `<h2>${htmlText(section.title)}</h2>\n${htmlSection(section)}`)
    .join("\n");
  return `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta http-equiv="Content-Security-Policy" content="default-src 'none'; style-src 'unsafe-inline'">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>${htmlText(title)}</title>
<style>${style}</style>
</head>
<body>
<h1>${htmlText(title)}</h1>
${body}
</body>
</html>
`;
}

const style = `
:root { color-scheme: light dark; }
body { font: 14px/1.5 system-ui, sans-serif; max-width: 72rem; margin: 2rem auto; padding: 0 1rem; }
table { border-collapse: collapse; width: 100%; font-variant-numeric: tabular-nums; }
th, td { text-align: left; padding: .25rem .75rem; border-bottom: 1px solid color-mix(in srgb, currentColor 20%, transparent); overflow-wrap: anywhere; }
.right { text-align: right; white-space: nowrap; }
dt { font-weight: 600; }
dd { margin: 0 0 .5rem; }
p { white-space: pre-wrap; }
`;

function htmlSection(section: Section): string {
  switch (section.kind) {
    case "facts":
      return `<dl>${section.facts.map(([name, value]) => `<dt>${htmlText(name)}</dt><dd>${htmlText(value)}</dd>`).join("")}</dl>`;
    case "table": {
      const cell = (tag: "td" | "th", content: string, at: number) => {
        const right = section.columns[at]?.align === "right" ? ' class="right"' : "";
        return `<${tag}${right}>${content}</${tag}>`;
      };
      const head = section.columns.map(({ title }, at) => cell("th", htmlText(title), at)).join("");
      const rows = section.rows.map(
        (row) => `<tr>${row.map((each, at) => cell("td", htmlCell(each), at)).join("")}</tr>`,
      );
      return `<table><thead><tr>${head}</tr></thead><tbody>\n${rows.join("\n")}\n</tbody></table>`;
    }
    case "text":
      return section.paragraphs.map((paragraph) => `<p>${htmlCell(paragraph)}</p>`).join("\n");
  }
}

function htmlCell({ text, link }: Cell): string {
  return link === undefined ? htmlText(text) : `<a href="${htmlText(link)}">${htmlText(text)}</a>`;
}

function htmlText(text: string): string {
  return text.replace(/[&<>"']/g, (mark) => `&#${mark.charCodeAt(0)};`);
}
