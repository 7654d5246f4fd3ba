import { dictionary } from "../../base/dictionary";
import { ExhumeError } from "../../base/errors";

export type ExpressionToken =
  | { readonly kind: "number"; readonly value: bigint; readonly at: number; readonly suffix: string }
  | { readonly kind: "float"; readonly value: number; readonly at: number }
  | { readonly kind: "character"; readonly value: bigint; readonly at: number }
  | { readonly kind: "text"; readonly text: string; readonly at: number }
  | { readonly kind: "name"; readonly text: string; readonly at: number }
  | { readonly kind: "register"; readonly text: string; readonly at: number }
  | { readonly kind: "symbol"; readonly text: string; readonly at: number }
  | { readonly kind: "end"; readonly at: number };

const longestExpression = 10_000;

const symbols = [
  ...["<<=", ">>=", "->*", "..."],
  ...["->", "::", "<<", ">>", "<=", ">=", "==", "!=", "&&", "||", "++", "--"],
  ...["+=", "-=", "*=", "/=", "%=", "&=", "|=", "^="],
  ...[
    "+",
    "-",
    "*",
    "/",
    "%",
    "&",
    "|",
    "^",
    "~",
    "!",
    "<",
    ">",
    "=",
    "?",
    ":",
    ".",
    ",",
    "(",
    ")",
    "[",
    "]",
  ],
  ...["@", "{", "}"],
];

const escapes: Readonly<Record<string, number>> = dictionary({
  n: 10,
  t: 9,
  r: 13,
  "0": 0,
  a: 7,
  b: 8,
  f: 12,
  v: 11,
  e: 27,
});

/** Splits an expression of C, C++ or Rust. @throws ExhumeError `invalid` with the column, from 1 */
export function expressionTokensOf(text: string): ExpressionToken[] {
  if (text.length > longestExpression) throw invalid("The expression is too long", 0);
  const tokens: ExpressionToken[] = [];
  let at = 0;
  while (at < text.length) {
    const rest = text.slice(at);
    const space = /^\s+/.exec(rest);
    if (space !== null) {
      at += space[0].length;
      continue;
    }
    const { token, length } = tokenAt(rest, at);
    tokens.push(token);
    at += length;
  }
  tokens.push({ kind: "end", at });
  return tokens;
}

function tokenAt(rest: string, at: number): { token: ExpressionToken; length: number } {
  const float = /^(\d+\.\d*|\.\d+)(e[+-]?\d+)?f?|^\d+e[+-]?\d+/i.exec(rest);
  if (float !== null)
    return {
      token: { kind: "float", value: Number.parseFloat(float[0]), at },
      length: float[0].length,
    };
  const number = /^(0x[0-9a-f]+|0b[01]+|\d+)([ul]*)/i.exec(rest);
  if (number !== null) {
    const digits = number[1]!;
    const isOctal = /^0\d/.test(digits);
    if (isOctal && /[89]/.test(digits)) throw invalid(`${shortened(digits)} is not an octal number`, at);
    if (digits.length > longestNumber)
      throw invalid(`${shortened(digits)} is longer than a number can be`, at);
    const value = isOctal ? BigInt(`0o${digits.replace(/^0+(?=\d)/, "")}`) : BigInt(digits);
    return {
      token: { kind: "number", value, at, suffix: number[2]!.toLowerCase() },
      length: number[0].length,
    };
  }
  const name = /^[A-Za-z_\u0080-\uffff][\w\u0080-\uffff]*/.exec(rest);
  if (name !== null) return { token: { kind: "name", text: name[0], at }, length: name[0].length };
  const register = /^\$\w+/.exec(rest);
  if (register !== null)
    return { token: { kind: "register", text: register[0].slice(1), at }, length: register[0].length };
  const character = /^'(\\.|[^'\\])'/u.exec(rest);
  if (character !== null) {
    const value = BigInt(codeOf(character[1]!));
    return { token: { kind: "character", value, at }, length: character[0].length };
  }
  const quoted = /^"((?:\\.|[^"\\])*)"/su.exec(rest);
  if (quoted !== null) {
    const text = quoted[1]!.replace(/\\./gsu, (letter) => String.fromCodePoint(codeOf(letter)));
    return { token: { kind: "text", text, at }, length: quoted[0].length };
  }
  const symbol = symbols.find((each) => rest.startsWith(each));
  if (symbol !== undefined) return { token: { kind: "symbol", text: symbol, at }, length: symbol.length };
  throw invalid(`'${[...rest][0]}' means nothing here`, at);
}

/** Digits of 64 bits in binary. */
const longestNumber = 66;

function shortened(digits: string): string {
  return digits.length > 24 ? `${digits.slice(0, 24)}…` : digits;
}

/** A letter, or a backslash and the letter that stands for one. */
function codeOf(letter: string): number {
  return letter.startsWith("\\") ? (escapes[letter[1]!] ?? letter.codePointAt(1)!) : letter.codePointAt(0)!;
}

export function invalid(what: string, at: number): ExhumeError {
  return new ExhumeError({ code: "invalid", what, column: at + 1 });
}
