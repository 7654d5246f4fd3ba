import { asHtml } from "../../base/foreignText";
import {
  type Cell,
  type DocumentSection,
  type Finding,
  filledColumns,
  type InvestigationDocument,
} from "./investigationText";

/** One file that needs nothing else: no scripts, no fonts, no network; readable in light and dark, and on paper. */
export function htmlOf({ title, sections }: InvestigationDocument): string {
  return `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta http-equiv="Content-Security-Policy" content="default-src 'none'; style-src 'unsafe-inline'; base-uri 'none'; form-action 'none'">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>${asHtml(title)}</title>
<style>${style}</style>
</head>
<body>
<header>
<h1>${asHtml(title)}</h1>
<p class="aside">Links open the place they name in VS Code, with Exhume installed and the dump where it was.</p>
</header>
${sections.map((section) => `<section>\n<h2>${asHtml(section.title)}</h2>\n${bodyOf(section)}\n</section>`).join("\n")}
</body>
</html>
`;
}

const style = `
:root { color-scheme: light dark; --line: color-mix(in srgb, currentColor 18%, transparent);
  --soft: color-mix(in srgb, currentColor 6%, transparent); --dim: color-mix(in srgb, currentColor 68%, transparent);
  --accent: light-dark(#005fb8, #4daafc); }
* { box-sizing: border-box; }
body { font: 14px/1.5 system-ui, "Segoe UI", sans-serif; max-width: 76rem; margin: 2rem auto; padding: 0 1.5rem;
  background: light-dark(#fff, #1f1f1f); color: light-dark(#202020, #d7d7d7); }
h1 { font-size: 1.6rem; font-weight: 600; margin: 0; overflow-wrap: anywhere; }
h2 { font-size: 1.15rem; font-weight: 600; margin: 2.25rem 0 .75rem; padding-bottom: .3rem; border-bottom: 1px solid var(--line); }
h3 { font-size: 1rem; font-weight: 600; margin: 0; overflow-wrap: anywhere; }
a { color: var(--accent); text-decoration: none; }
a:hover, a:focus { text-decoration: underline; }
p { margin: .5rem 0; white-space: pre-wrap; overflow-wrap: anywhere; }
.aside { color: var(--dim); margin: .25rem 0 0; }
.lead { font-size: 1.1rem; font-weight: 600; }
.figures { display: flex; flex-wrap: wrap; gap: 1rem 3rem; margin: 0 0 1rem; }
.figures dd { font-size: 1.5rem; margin: 0; font-variant-numeric: tabular-nums; }
.figures div { display: flex; flex-direction: column-reverse; }
.figures dt { color: var(--dim); }
.facts { display: grid; grid-template-columns: max-content 1fr; gap: .2rem 2rem; margin: 0; }
.facts dt { color: var(--dim); max-width: 28rem; overflow-wrap: anywhere; }
.facts dd { margin: 0; overflow-wrap: anywhere; }
article { border: 1px solid var(--line); border-radius: 4px; padding: .75rem 1rem; margin: 0 0 1rem; break-inside: avoid; }
.head { display: flex; flex-wrap: wrap; align-items: center; gap: .25rem .6rem; }
.badge { font-size: .8rem; padding: 0 .6rem; border-radius: 1rem; background: color-mix(in srgb, currentColor 14%, transparent); }
.figure { margin: .4rem 0; font-variant-numeric: tabular-nums; }
ul { margin: .5rem 0; padding-left: 1.25rem; overflow-wrap: anywhere; }
blockquote { margin: .75rem 0; padding: .5rem .9rem; border-left: 3px solid var(--accent); background: var(--soft); }
.path { color: var(--dim); }
table { border-collapse: collapse; width: 100%; font-variant-numeric: tabular-nums; }
th { color: var(--dim); font-weight: 600; }
th, td { text-align: left; vertical-align: top; padding: .25rem .75rem; border-bottom: 1px solid var(--line); overflow-wrap: anywhere; }
th:first-child, td:first-child { padding-left: 0; }
tbody tr:hover { background: var(--soft); }
.right { text-align: right; white-space: nowrap; }
.bar { display: inline-block; width: 6rem; height: .5rem; margin-right: .6rem; background: var(--soft); vertical-align: baseline; }
.share { display: inline-block; min-width: 3.6rem; }
.figure .bar { width: 16rem; margin: 0 .75rem; }
.bar i { display: block; height: 100%; background: var(--accent); print-color-adjust: exact; -webkit-print-color-adjust: exact; }
@media print { body { margin: 0; max-width: none; } a { color: inherit; } }
`;

function bodyOf(section: DocumentSection): string {
  switch (section.kind) {
    case "facts":
      return [
        section.lead === undefined ? "" : `<p class="lead">${asHtml(section.lead)}</p>`,
        listOf("figures", section.figures ?? [], (pair) => `<div>${pair}</div>`),
        listOf("facts", section.facts, (pair) => pair),
      ]
        .filter((part) => part !== "")
        .join("\n");
    case "table":
      return tableOf(section);
    case "findings":
      return section.findings.map(articleOf).join("\n");
    case "text":
      return section.paragraphs.map((paragraph) => `<p>${cellOf(paragraph)}</p>`).join("\n");
  }
}

function listOf(
  kind: string,
  pairs: readonly (readonly [string, string])[],
  wrap: (pair: string) => string,
): string {
  if (pairs.length === 0) return "";
  const items = pairs.map(([name, value]) => wrap(`<dt>${asHtml(name)}</dt><dd>${asHtml(value)}</dd>`));
  return `<dl class="${kind}">${items.join("")}</dl>`;
}

function tableOf(section: Extract<DocumentSection, { kind: "table" }>): string {
  if (section.rows.length === 0) return `<p class="aside">${asHtml(section.empty ?? "None.")}</p>`;
  const shown = filledColumns(section);
  const rowOf = (tag: "td" | "th", content: (at: number) => string) => {
    const cells = shown.map((at) => {
      const right = section.columns[at]!.align === "right" ? ' class="right"' : "";
      return `<${tag}${right}>${content(at)}</${tag}>`;
    });
    return `<tr>${cells.join("")}</tr>`;
  };
  const head = rowOf("th", (at) => asHtml(section.columns[at]!.title));
  const rows = section.rows.map((row) => rowOf("td", (at) => cellOf(row[at] ?? { text: "" })));
  return `<table><thead>${head}</thead><tbody>\n${rows.join("\n")}\n</tbody></table>`;
}

function articleOf({ title, figure, share, badges = [], sentences, advice, path = [] }: Finding): string {
  const marks = badges.map((badge) => `<span class="badge">${asHtml(badge)}</span>`).join("");
  const parts = [`<div class="head"><h3>${cellOf(title)}</h3>${marks}</div>`];
  if (figure !== undefined) {
    const percent = share === undefined ? "" : `${barOf(share)}${(100 * share).toFixed(1)} %`;
    parts.push(`<div class="figure">${asHtml(figure)}${percent}</div>`);
  }
  if (sentences.length === 1) parts.push(`<p>${asHtml(sentences[0]!)}</p>`);
  else if (sentences.length > 1) {
    parts.push(`<ul>${sentences.map((sentence) => `<li>${asHtml(sentence)}</li>`).join("")}</ul>`);
  }
  if (advice !== undefined) parts.push(`<blockquote>${asHtml(advice)}</blockquote>`);
  if (path.length > 0) parts.push(`<p class="path">From ${path.map(asHtml).join(" → ")}</p>`);
  return `<article>${parts.join("\n")}</article>`;
}

function cellOf({ text, link, whole, share }: Cell): string {
  const shown = link === undefined ? asHtml(text) : `<a href="${asHtml(link)}">${asHtml(text)}</a>`;
  const hover =
    whole === undefined || whole === text ? shown : `<span title="${asHtml(whole)}">${shown}</span>`;
  return share === undefined ? hover : `${barOf(share)}<span class="share">${hover}</span>`;
}

/** The figure stands beside it, so it says nothing to a screen reader. */
function barOf(share: number): string {
  const percent = Math.max(0, Math.min(100, 100 * share)).toFixed(1);
  return `<span class="bar" aria-hidden="true"><i style="width:${percent}%"></i></span>`;
}
