import { ExhumeError } from "../../base/errors";

/** What stands between brackets: a number, or the text of a key. */
export type Subscript =
  | { readonly kind: "index"; readonly index: number }
  | { readonly kind: "key"; readonly key: string };

/** One step from an object to a value. */
export type PathStep =
  | { readonly kind: "field"; readonly name: string }
  | { readonly kind: "attribute"; readonly name: string }
  /** `size()`, `get(3)`: nothing runs, but what a collection holds can be told without running anything. */
  | { readonly kind: "call"; readonly name: string; readonly argument?: Subscript }
  | Subscript;

export interface ObjectPath {
  /** `this`, a local, a field, a class, or an object's id `0x…`. */
  readonly start: string;
  readonly steps: readonly PathStep[];
}

/** What people type and names of fields and classes need. */
const longestText = 2000;

const name = /[\p{L}_$][\p{L}\p{N}_$]*/u.source;
const quoted = /"((?:[^"\\]|\\.)*)"|'((?:[^'\\]|\\.)*)'/u.source;
const subscript = `(-?\\d+)[lL]?|${quoted}`;
const startPattern = new RegExp(`\\s*(0x[0-9a-fA-F]{1,16}|${name})`, "uy");
const stepPattern = new RegExp(
  // `?.` and `!!.` as Kotlin has them, `@attribute` as queries have it.
  `\\s*(?:(?:\\?|!!)?\\.\\s*(${name})(\\s*\\(\\s*(?:${subscript})?\\s*\\))?|\\[\\s*(?:${subscript})\\s*\\]|\\.?\\s*@([A-Za-z]+))`,
  "uy",
);
/** `(Type)` before a name or a parenthesis: an object knows its class, so a cast changes nothing. */
const castPattern = new RegExp(
  `\\s*\\(\\s*${name}[\\p{L}\\p{N}_$.<>,?\\[\\]\\s]*\\)(?=\\s*[\\p{L}_$(])`,
  "uy",
);
const opening = /\s*\(/uy;
const closing = /\s*\)/uy;

/**
 * Reads `this.orders[3].items["key"]@retained`, with casts and parentheses around any part of it.
 * @throws ExhumeError `invalid` with the column where it stops making sense.
 */
export function parseObjectPath(text: string): ObjectPath {
  if (text.length > longestText) {
    const what = `The expression has ${text.length} characters; ${longestText} are read`;
    throw new ExhumeError({ code: "invalid", what, column: longestText + 1 });
  }
  let at = 0;
  const take = (pattern: RegExp): RegExpExecArray | null => {
    pattern.lastIndex = at;
    const match = pattern.exec(text);
    if (match !== null) at = pattern.lastIndex;
    return match;
  };
  let open = 0;
  while (true) {
    if (take(castPattern) !== null) continue;
    if (take(opening) === null) break;
    open++;
  }
  // `@retained` alone is asked of the object whose method this is.
  const start = /^\s*@/.test(text) ? "this" : take(startPattern)?.[1];
  if (start === undefined) {
    const what = `Expected a name or an object's id in ${text}`;
    throw new ExhumeError({ code: "invalid", what, column: at + 1 });
  }
  const steps: PathStep[] = [];
  while (text.slice(at).trim() !== "") {
    if (open > 0 && take(closing) !== null) {
      open--;
      continue;
    }
    const match = take(stepPattern);
    if (match === null) {
      const what = `Expected .field, [index], ["key"] or @attribute in ${text}`;
      throw new ExhumeError({ code: "invalid", what, column: at + 1 });
    }
    steps.push(stepOf(match));
  }
  if (open > 0) {
    throw new ExhumeError({ code: "invalid", what: `Expected ) in ${text}`, column: text.length + 1 });
  }
  return { start, steps };
}

function stepOf(match: RegExpExecArray): PathStep {
  const [, member, call, argument, argumentText, argumentChar, index, key, charKey, attribute] = match;
  if (attribute !== undefined) return { kind: "attribute", name: attribute };
  if (member === undefined) return subscriptOf(index, key ?? charKey)!;
  if (call === undefined) return { kind: "field", name: member };
  const given = subscriptOf(argument, argumentText ?? argumentChar);
  return { kind: "call", name: member, ...(given === undefined ? {} : { argument: given }) };
}

function subscriptOf(index: string | undefined, key: string | undefined): Subscript | undefined {
  if (index !== undefined) return { kind: "index", index: Number(index) };
  if (key !== undefined) return { kind: "key", key: key.replace(/\\(.)/g, "$1") };
  return undefined;
}

/** How a string is written between the quotes of a key. */
export function escapedKey(text: string): string {
  return text.replace(/["\\]/g, "\\$&");
}
