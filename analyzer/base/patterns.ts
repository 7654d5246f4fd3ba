import { RE2JS } from "re2js";

/** Whether a whole text matches. Takes time linear in the text, whatever the pattern. */
export type TextPattern = (text: string) => boolean;

/** Longest pattern that is compiled; a person types a line. */
const longestPattern = 1000;

/**
 * A pattern somebody typed, for whole texts; `.` stands for line ends too. The engine of JavaScript takes time
 * exponential in the text for some patterns, so RE2's does it, which takes all of Java's syntax but looking around
 * and back references.
 * @throws Error saying what is wrong with the pattern.
 */
export function regularExpression(pattern: string): TextPattern {
  if (pattern.length > longestPattern)
    throw new Error(`it is ${pattern.length} characters long, ${longestPattern} are taken`);
  const parts = literalParts(pattern);
  if (parts !== undefined) return partsInOrder(parts);
  const compiled = compile(pattern, RE2JS.DOTALL);
  return (text) => compiled.matches(text);
}

export interface PatternOptions {
  readonly ignoreCase: boolean;
  /** `^` and `$` stand for the ends of every line. */
  readonly everyLine: boolean;
  readonly dotMatchesLineEnds: boolean;
}

/**
 * A pattern for a part of a text, as JavaScript has them, in linear time too.
 * @returns the first match and its groups, empty for those that took no part; undefined without a match
 * @throws Error saying what is wrong with the pattern.
 */
export function patternInText(
  pattern: string,
  { ignoreCase, everyLine, dotMatchesLineEnds }: PatternOptions,
): (text: string) => readonly string[] | undefined {
  if (pattern.length > longestPattern)
    throw new Error(`it is ${pattern.length} characters long, ${longestPattern} are taken`);
  const compiled = compile(
    pattern,
    (ignoreCase ? RE2JS.CASE_INSENSITIVE : 0) +
      (everyLine ? RE2JS.MULTILINE : 0) +
      (dotMatchesLineEnds ? RE2JS.DOTALL : 0),
  );
  return (text) => {
    const matcher = compiled.matcher(text);
    if (!matcher.find()) return undefined;
    return Array.from({ length: matcher.groupCount() + 1 }, (_, group) => matcher.group(group) ?? "");
  };
}

/** A pattern in which one character stands for any text, as `*` in names of classes and `%` in SQL. */
export function wildcardPattern(pattern: string, wildcard: string): TextPattern {
  return partsInOrder(pattern.split(wildcard));
}

function compile(pattern: string, flags: number): RE2JS {
  if (/\(\?<?[=!]/.test(pattern)) throw new Error("looking ahead or behind is not supported");
  if (/\\[1-9]/.test(pattern)) throw new Error("references back to a group are not supported");
  try {
    return RE2JS.compile(pattern, flags);
  } catch (error) {
    // The class of the library's error says "error parsing regexp", which its caller says better.
    throw new Error((error as Error).message.replace("error parsing regexp: ", "").replace("`(?s)", "`"));
  }
}

const special = new Set("\\^$.*+?()[]{}|");

/** The literal texts between `.*`, when a pattern has nothing else: what most people type, and quicker to look for. */
function literalParts(pattern: string): string[] | undefined {
  const parts = [""];
  for (let at = 0; at < pattern.length; at++) {
    const character = pattern[at]!;
    const next = pattern[at + 1];
    if (character === "." && next === "*" && !"?+*{".includes(pattern[at + 2] ?? "\0")) {
      parts.push("");
      at++;
    } else if (character === "\\" && next !== undefined && /[^\w\s]/.test(next)) {
      if ("?+*{".includes(pattern[at + 2] ?? "\0")) return undefined;
      parts[parts.length - 1] += next;
      at++;
    } else if (special.has(character)) return undefined;
    else parts[parts.length - 1] += character;
  }
  return parts;
}

/** The first part begins the text, the last ends it, the others follow each other at their first place. */
function partsInOrder(parts: readonly string[]): TextPattern {
  const first = parts[0]!;
  if (parts.length === 1) return (text) => text === first;
  const last = parts.at(-1)!;
  const between = parts.slice(1, -1);
  return (text) => {
    if (!text.startsWith(first)) return false;
    let at = first.length;
    for (const part of between) {
      const found = text.indexOf(part, at);
      if (found < 0) return false;
      at = found + part.length;
    }
    return text.length - last.length >= at && text.endsWith(last);
  };
}
