import { dictionary } from "./dictionary";

// Names and contents from a dump, from git and from debug information are text, whatever characters they hold. Each
// medium that gives some of them a meaning has its escape here, and nowhere else.

/**
 * Controls (C0, DEL, C1), line and paragraph separators, and marks that turn the direction of writing: a terminal, a
 * label or a log obeys them instead of showing them. Marks without a width, which make one name look like another; not
 * those that join letters.
 */
const controls =
  // biome-ignore lint/suspicious/noControlCharactersInRegex: they are what is looked for
  /[\u0000-\u001f\u007f-\u009f\u00ad\u061c\u180e\u200b\u200e\u200f\u2028-\u202e\u2060-\u2064\u2066-\u2069\ufeff\ufff9-\ufffb]/g;

const namedControls: Readonly<Record<string, string>> = dictionary({ "\n": "\\n", "\r": "\\r", "\t": "\\t" });

/** One line in which every control stands as the escape a programmer would write: `\n`, `\x1b`, `\u202e`. */
export function visibleControls(text: string): string {
  return text.replace(controls, (control) => namedControls[control] ?? escapeOf(control));
}

/** The same for text of several lines. */
export function visibleLines(text: string): string {
  return text.replace(controls, (control) => (/[\t\r\n]/.test(control) ? control : escapeOf(control)));
}

/** JSON with the same value that is safe to print: what JSON itself leaves as it is becomes `\u009b`. */
export function printableJson(json: string): string {
  return json.replace(controls, (control) =>
    control === "\n" ? control : `\\u${control.charCodeAt(0).toString(16).padStart(4, "0")}`,
  );
}

function escapeOf(control: string): string {
  const code = control.charCodeAt(0).toString(16);
  return code.length <= 2 ? `\\x${code.padStart(2, "0")}` : `\\u${code.padStart(4, "0")}`;
}

/** For logs: whatever follows the first line is indented, so that nothing foreign begins an entry of its own. */
export function asLogEntry(text: string): string {
  return text.trimEnd().split(/\r?\n/).map(visibleControls).join("\n    ");
}

/** Line ends and the space around them become one space. */
function inOneLine(text: string): string {
  return text.replace(/\s+/g, (space) => (/[\r\n]/.test(space) ? " " : space));
}

/**
 * For messages, prompts and dialogs of VS Code, and faults that a debug adapter has shown: all of them turn
 * `[text](command:…)` into a link that runs the command, and know no escape for it. A space between the two brackets
 * leaves it text.
 */
export function asMessage(text: string): string {
  return visibleControls(inOneLine(text)).replaceAll("](", "] (");
}

/** For labels in which VS Code draws `$(name)` as an icon: code lenses, quick picks, status bar, symbols. */
export function asLabel(text: string): string {
  return visibleControls(text).replace(/\$\([a-z0-9-]+(?:~[a-z]+)?\)/gi, "\\$&");
}

/**
 * For Markdown, where a picture is loaded by whoever shows it: no markup, no entity, no mention, no formula, and no link
 * that readers make of a bare address.
 */
export function asMarkdown(text: string): string {
  return visibleControls(inOneLine(text.trim()))
    .replace(/[\\`*_{}[\]<>()#+!|~&$@]/g, "\\$&")
    .replace(/:(?=\/\/)/g, "\\:")
    .replace(/\bwww\./gi, (start) => `${start.slice(0, -1)}\\.`)
    .replace(/^[-=]/, "\\$&")
    .replace(/^(\d+)\./, "$1\\.");
}

/** For text and attribute values of HTML. */
export function asHtml(text: string): string {
  return text.replace(/[&<>"']/g, (mark) => `&#${mark.charCodeAt(0)};`);
}

/** For text and attribute values of XML 1.0, which cannot carry most controls at all: they become spaces. */
export function asXml(text: string): string {
  return asHtml(
    Array.from(text, (character) =>
      (character < " " && !"\t\n\r".includes(character)) || /[\ufffe\uffff]|^[\ud800-\udfff]$/.test(character)
        ? " "
        : character,
    ).join(""),
  );
}

/** One cell of a row that is copied to be pasted, where a tab and a line end begin the next cell. */
export function asPastedCell(value: string | number): string {
  return typeof value === "number" ? String(value) : withoutFormula(visibleControls(value));
}

/**
 * One cell of CSV (RFC 4180). Text that a spreadsheet would take for a formula begins with an apostrophe there; a number
 * stays a number.
 */
export function asCsvCell(value: string | number): string {
  if (typeof value === "number") return String(value);
  const text = withoutFormula(value);
  return /[",\r\n]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text;
}

function withoutFormula(text: string): string {
  return /^[=+\-@\t\r]/.test(text) && !/^[+-]?\d+(?:\.\d+)?$/.test(text) ? `'${text}` : text;
}
