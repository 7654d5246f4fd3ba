import { dictionary } from "../../base/dictionary";
/** How much of a string is shown in one line. */
export const shownLetters = 200;

const utf8 = new TextDecoder("utf-8", { fatal: true });

/**
 * Bytes as a C string literal: letters as they are, control characters by their names, what is not UTF-8 as octal.
 * Three dots after the quote say that there is more.
 */
export function quoted(bytes: Uint8Array, isCut = false): string {
  let text = "";
  let at = 0;
  while (at < bytes.length) {
    const length = sequenceLength(bytes, at);
    if (length === 0) {
      text += `\\${bytes[at]!.toString(8).padStart(3, "0")}`;
      at++;
      continue;
    }
    text += escaped(utf8.decode(bytes.subarray(at, at + length)));
    at += length;
  }
  return `"${text}"${isCut ? "..." : ""}`;
}

/** UTF-16 or UTF-32 as the same literal without a prefix; what is not a letter as hexadecimal. */
export function quotedWide(bytes: Uint8Array, size: 2 | 4, littleEndian: boolean, isCut = false): string {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const codes = Array.from({ length: Math.floor(bytes.length / size) }, (_, index) =>
    size === 2 ? view.getUint16(2 * index, littleEndian) : view.getUint32(4 * index, littleEndian),
  );
  let text = "";
  for (let at = 0; at < codes.length; at++) {
    const code = codes[at]!;
    const next = codes[at + 1] ?? 0;
    const isPair = size === 2 && code >= 0xd800 && code < 0xdc00 && next >= 0xdc00 && next < 0xe000;
    if (isPair) {
      text += String.fromCharCode(code, next);
      at++;
    } else if (code > 0x10ffff || (code >= 0xd800 && code < 0xe000)) text += `\\x${code.toString(16)}`;
    else text += escaped(String.fromCodePoint(code));
  }
  return `"${text}"${isCut ? "..." : ""}`;
}

/** Bytes of the UTF-8 sequence at a position, 0 when there is none. */
function sequenceLength(bytes: Uint8Array, at: number): number {
  const first = bytes[at]!;
  if (first < 0x80) return 1;
  const length = first >= 0xf0 && first < 0xf8 ? 4 : first >= 0xe0 ? 3 : first >= 0xc2 ? 2 : 0;
  if (length === 0 || first >= 0xf8 || at + length > bytes.length) return 0;
  try {
    utf8.decode(bytes.subarray(at, at + length));
    return length;
  } catch (thrown) {
    // The decoder's only complaint: no UTF-8.
    if (thrown instanceof TypeError) return 0;
    throw thrown;
  }
}

const names: Readonly<Record<string, string>> = dictionary({
  '"': '\\"',
  "\\": "\\\\",
  "\n": "\\n",
  "\t": "\\t",
  "\r": "\\r",
  "\b": "\\b",
  "\f": "\\f",
  "\v": "\\v",
  "\u0007": "\\a",
  "\u001b": "\\033",
});

function escaped(letter: string): string {
  const named = names[letter];
  if (named !== undefined) return named;
  const code = letter.charCodeAt(0);
  return code < 0x20 || code === 0x7f ? `\\${code.toString(8).padStart(3, "0")}` : letter;
}

/** A character as a literal in single quotes; half of a multi-byte one (above 127 in a byte) as octal. */
export function quotedCharacter(code: number, byteSize: number): string {
  if (byteSize === 1 && code > 0x7f) return `'\\${code.toString(8)}'`;
  if (code === 0x27) return "'\\''";
  if (code === 0x22) return "'\"'";
  if (code > 0x10ffff || (code >= 0xd800 && code < 0xe000)) return "'?'";
  return code < 0x80 || code > 0x9f ? `'${escaped(String.fromCodePoint(code))}'` : `'\\${code.toString(8)}'`;
}

/** The shortest decimal that reads back as the same number. */
export function floatText(value: number, byteSize: number): string {
  if (Number.isNaN(value)) return "nan";
  if (!Number.isFinite(value)) return value > 0 ? "inf" : "-inf";
  if (Object.is(value, -0)) return "-0";
  if (byteSize !== 4) return exponentText(String(value));
  for (let digits = 1; digits <= 9; digits++) {
    const text = Number(value.toPrecision(digits));
    if (Math.fround(text) === value) return exponentText(String(text));
  }
  return exponentText(String(value));
}

/** `1e+21` is written as C does, with two digits. */
function exponentText(text: string): string {
  return text.replace(/e([+-])(\d)$/, "e$10$2");
}
