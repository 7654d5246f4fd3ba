import { dictionary } from "../../base/dictionary";

const named = dictionary({ "\n": "\\n", "\r": "\\r", "\t": "\\t", "\\": "\\\\" });
/** What Python does not print: control and format characters, surrogates, unassigned and private ones, and all spaces but one. */
const unprintable = /[\p{C}\p{Z}]/u;

/** A string as Python writes it, in the quotes it would take. */
export function quotedText(text: string): string {
  const quote = text.includes("'") && !text.includes('"') ? '"' : "'";
  let written = "";
  for (const letter of text) {
    if (letter === quote) written += `\\${letter}`;
    else written += named[letter] ?? (letter === " " || !unprintable.test(letter) ? letter : escaped(letter));
  }
  return `${quote}${written}${quote}`;
}

export function quotedBytes(bytes: Uint8Array): string {
  const text = String.fromCharCode.apply(undefined, Array.from(bytes));
  const quote = text.includes("'") && !text.includes('"') ? '"' : "'";
  let written = "";
  for (const letter of text) {
    if (letter === quote) written += `\\${letter}`;
    else written += named[letter] ?? (letter >= " " && letter <= "~" ? letter : escaped(letter));
  }
  return `b${quote}${written}${quote}`;
}

function escaped(letter: string): string {
  const point = letter.codePointAt(0)!;
  const digits = point.toString(16);
  if (point <= 0xff) return `\\x${digits.padStart(2, "0")}`;
  return point <= 0xffff ? `\\u${digits.padStart(4, "0")}` : `\\U${digits.padStart(8, "0")}`;
}
