import type { SourceLanguage } from "./language";

export interface Token {
  /** `literal` stands for any number, string or character; its text is not kept. */
  readonly kind: "name" | "mark" | "literal";
  /** The name (without backticks) or the single character of a mark. */
  readonly text: string;
  /** From 1. */
  readonly line: number;
  /** From 1, in UTF-16 units as editors count. */
  readonly column: number;
  /** Nothing but blanks and comments before it on its line. */
  readonly firstOnLine: boolean;
}

const nameStart = /[\p{L}_$]/u;
const namePart = /[\p{L}\p{N}_$]/u;
/** After one of these a `/` in Groovy begins a slashy string, not a division. */
const slashyAfter = new Set(["=", "(", ",", "[", ":", "~", "!", "&", "|", "{", ";"]);

/**
 * Cuts source text into names, marks and literals. Comments and strings disappear; expressions inside string
 * templates disappear with them. Unclosed comments and strings end with the text or, for one-line strings, the line.
 */
export function tokensOf(text: string, language: SourceLanguage): Token[] {
  const tokens: Token[] = [];
  let line = 1;
  let lineStart = 0;
  let lastTokenLine = 0;
  let at = 0;

  const moveTo = (end: number) => {
    for (let next = text.indexOf("\n", at); next >= 0 && next < end; next = text.indexOf("\n", next + 1)) {
      line++;
      lineStart = next + 1;
    }
    at = end;
  };
  const push = (kind: Token["kind"], name: string, end: number) => {
    const firstOnLine = line !== lastTokenLine;
    lastTokenLine = line;
    tokens.push({ kind, text: name, line, column: at - lineStart + 1, firstOnLine });
    moveTo(end);
    lastTokenLine = line;
  };

  while (at < text.length) {
    const char = text[at]!;
    if (char === "\n" || char === " " || char === "\t" || char === "\r") moveTo(at + 1);
    else if (text.startsWith("//", at)) moveTo(endOfLine(text, at));
    else if (text.startsWith("/*", at)) moveTo(endOfComment(text, at, language));
    else if (char === "#" && at === 0 && text[1] === "!") moveTo(endOfLine(text, at));
    else if (char === "`") {
      const close = text.indexOf("`", at + 1);
      if (close < 0 || close > endOfLine(text, at)) moveTo(at + 1);
      else push("name", text.slice(at + 1, close), close + 1);
    } else if (isStringStart(text, at, language, tokens.at(-1))) {
      push("literal", "", endOfString(text, at, language));
    } else if (nameStart.test(char)) {
      let end = at + 1;
      while (end < text.length && namePart.test(text[end]!)) end++;
      push("name", text.slice(at, end), end);
    } else if (char >= "0" && char <= "9") {
      let end = at + 1;
      while (end < text.length && /[\w.]/.test(text[end]!) && !text.startsWith("..", end)) end++;
      push("literal", "", end);
    } else push("mark", char, at + 1);
  }
  return tokens;
}

function endOfLine(text: string, from: number): number {
  const end = text.indexOf("\n", from);
  return end < 0 ? text.length : end;
}

/** Kotlin's and Scala's comments nest, Java's and Groovy's do not. */
function endOfComment(text: string, from: number, language: SourceLanguage): number {
  const nests = language === "kotlin" || language === "scala";
  let depth = 1;
  let at = from + 2;
  while (at < text.length) {
    if (text.startsWith("*/", at)) {
      at += 2;
      depth--;
      if (depth === 0) return at;
    } else if (nests && text.startsWith("/*", at)) {
      at += 2;
      depth++;
    } else at++;
  }
  return at;
}

function isStringStart(
  text: string,
  at: number,
  language: SourceLanguage,
  previous: Token | undefined,
): boolean {
  const char = text[at]!;
  if (char === '"') return true;
  if (char === "'") {
    // A Scala symbol ('name) is not a string: only a closed character literal is.
    return language !== "scala" || text[at + 2] === "'" || text[at + 1] === "\\";
  }
  if (language !== "groovy") return false;
  if (text.startsWith("$/", at)) return true;
  if (char !== "/") return false;
  const mayBegin =
    previous === undefined ||
    (previous.kind === "mark" ? slashyAfter.has(previous.text) : previous.text === "return");
  const close = text.indexOf("/", at + 1);
  return mayBegin && close > 0 && close < endOfLine(text, at);
}

interface OpenString {
  readonly quote: string;
  readonly escapes: boolean;
  readonly templates: boolean;
  readonly oneLine: boolean;
}

/** Follows strings inside `${…}` inside strings with a stack of what is open: a string, or a template's braces. */
function endOfString(text: string, from: number, language: SourceLanguage): number {
  const open: (OpenString | "{")[] = [];
  let at = from;
  const begin = () => {
    const string = openStringAt(text, at, language);
    open.push(string);
    at += string.quote === "/$" ? 2 : string.quote.length;
  };
  begin();
  while (at < text.length && open.length > 0) {
    const top = open.at(-1)!;
    const char = text[at]!;
    if (top === "{") {
      if (char === '"' || (char === "'" && language !== "kotlin" && language !== "scala")) begin();
      else if (char === "}") {
        open.pop();
        at++;
      } else if (char === "{") {
        open.push("{");
        at++;
      } else at++;
    } else if (top.escapes && char === "\\") at += 2;
    else if (text.startsWith(top.quote, at)) {
      at += top.quote.length;
      // A raw string may end in more than three quotes: the extra ones belong to it.
      while (top.quote === '"""' && text[at] === '"') at++;
      open.pop();
    } else if (top.oneLine && char === "\n") open.length = 0;
    else if (top.templates && text.startsWith("${", at)) {
      open.push("{");
      at += 2;
    } else at++;
  }
  return Math.min(at, text.length);
}

function openStringAt(text: string, at: number, language: SourceLanguage): OpenString {
  const interpolates =
    language === "kotlin" ||
    language === "groovy" ||
    (language === "scala" && at > 0 && namePart.test(text[at - 1]!));
  if (text.startsWith('"""', at)) {
    const escapes = language === "java" || language === "groovy";
    return { quote: '"""', escapes, templates: interpolates, oneLine: false };
  }
  if (language === "groovy" && text.startsWith("'''", at)) {
    return { quote: "'''", escapes: true, templates: false, oneLine: false };
  }
  if (text.startsWith("$/", at)) return { quote: "/$", escapes: false, templates: true, oneLine: false };
  const quote = text[at]!;
  return { quote, escapes: true, templates: interpolates && quote !== "'", oneLine: true };
}
