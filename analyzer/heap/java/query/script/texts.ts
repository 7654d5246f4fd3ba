import { dictionary } from "../../../../base/dictionary";
import type { Cursor } from "../cursor";
import { queryFault } from "../faults";

const inDouble = /"((?:[^"\\]|\\[\s\S])*)"/y;
const inSingle = /'((?:[^'\\]|\\[\s\S])*)'/y;
const escapeSequence = /\\(?:u([0-9a-fA-F]{4})|x([0-9a-fA-F]{2})|([\s\S]))/g;
const escaped: Readonly<Record<string, string>> = dictionary({
  n: "\n",
  r: "\r",
  t: "\t",
  b: "\b",
  f: "\f",
  v: "\v",
  "0": "\0",
  "\n": "",
});

/** A text in quotes of either kind with JavaScript's escapes: `\.` is a full stop. */
export function scriptText(cursor: Cursor): string | undefined {
  const quote = cursor.startsWith('"') ? '"' : cursor.startsWith("'") ? "'" : undefined;
  if (quote === undefined) return undefined;
  const found = cursor.take(quote === '"' ? inDouble : inSingle, `closing ${quote}`);
  if (found === undefined) throw queryFault(`The text is not closed by ${quote}`, cursor.at);
  return found[1]!.replace(escapeSequence, (_, long, short, other) => {
    const code: string | undefined = long ?? short;
    return code === undefined ? (escaped[other] ?? other) : String.fromCharCode(Number.parseInt(code, 16));
  });
}
