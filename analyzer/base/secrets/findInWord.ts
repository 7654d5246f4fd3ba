import { isIban } from "./checkDigits";
import { decodeBase64 } from "./decodeBase64";
import { startOfName } from "./findNamed";
import { keyForms, type SecretKind, upiHandles } from "./secretKinds";

export interface WordFinding {
  readonly kind: SecretKind;
  readonly value: string;
}

/** What is known of a word's characters, as bits. */
export const wordMarks = {
  other: 1,
  /** Of Base64, in either alphabet. */
  encoding: 2,
  digit: 4,
  equals: 8,
  colon: 16,
  at: 32,
  percent: 64,
} as const;

/** The word [start, end) of a text. */
export interface Word {
  readonly text: string;
  readonly start: number;
  readonly end: number;
  readonly marks: number;
  readonly isBehindBearer: boolean;
}

type Visit = (finding: WordFinding, word: string) => void;
/** Looks through what a word says when it is decoded. */
type Decode = (decoded: string, found: (finding: WordFinding) => void) => void;

const longestWord = 1 << 16;
const longestDecoded = 8192;
const leastEncoded = 20;
const upperA = 0x41;
const upperZ = 0x5a;

/** Secrets that are one word, or stand in one. What is found in it as it is, is not told again of what it decodes to. */
export function findInWord(word: Word, visit: Visit, decode: Decode | undefined): void {
  const { text, start, end, marks, isBehindBearer } = word;
  const length = end - start;
  if (length > longestWord) return;
  const has = (mark: number) => (marks & mark) !== 0;
  const hasParts = has(wordMarks.equals | wordMarks.colon);
  const isEncoded = length >= leastEncoded && !has(wordMarks.other);
  const mayBeKey = hasParts || isKeyStart(text, start, end);
  const mayBePan = length === 10 && has(wordMarks.digit) && isUpper(text, start) && isUpper(text, end - 1);
  const mayBeJwt = length >= leastEncoded && text.startsWith("eyJ", start);
  if (!mayBeKey && !mayBePan && !isEncoded && !mayBeJwt && !isBehindBearer) {
    if (!has(wordMarks.at | wordMarks.percent) && !holdsJwt(text, start, end)) return;
  }
  const slice = text.slice(start, end);
  const kinds = new Set<SecretKind>();
  const found = (kind: SecretKind, value: string) => {
    kinds.add(kind);
    visit({ kind, value }, slice);
  };
  const token = slice.indexOf("eyJ");
  if (token === 0 || slice.includes(".eyJ")) {
    const jwt = slice.slice(token).split(/[=:&]/, 1)[0]!;
    if (isJwt(jwt)) found("jwt", jwt);
  }
  if (mayBeKey) {
    const part = hasParts ? slice.slice(Math.max(slice.lastIndexOf("="), slice.lastIndexOf(":")) + 1) : slice;
    for (const each of part === slice ? [slice] : [slice, part]) findKey(each, found);
  }
  if (has(wordMarks.at)) {
    const scheme = slice.indexOf("://");
    if (scheme > 0) findUserInfo(slice, scheme + 3, found);
    else findAddress(slice, found);
  }
  if (mayBePan && /^[A-Z]{3}[ABCFGHJLPT][A-Z]\d{4}[A-Z]$/.test(slice)) found("pan", slice);
  if (isBehindBearer && length >= 16 && has(wordMarks.digit)) found("authorization", slice);
  if (decode === undefined || length > longestDecoded) return;
  const inside = decodedWord(slice, has(wordMarks.percent), isEncoded);
  if (inside === undefined) return;
  decode(inside, (finding) => {
    if (!kinds.has(finding.kind)) visit(finding, slice);
  });
}

function isUpper(text: string, at: number): boolean {
  const code = text.charCodeAt(at);
  return code >= upperA && code <= upperZ;
}

/** A token behind a point, as in a cookie's value. */
function holdsJwt(text: string, start: number, end: number): boolean {
  if (end - start < leastEncoded) return false;
  for (let at = start; at < end - 3; at++) {
    if (text.charCodeAt(at) === point && text.startsWith("eyJ", at + 1)) return true;
  }
  return false;
}

const point = 0x2e;

type Found = (kind: SecretKind, value: string) => void;

const formsByFirst = new Map<number, (typeof keyForms)[number][]>();
for (const form of keyForms) {
  const first = form.prefix.charCodeAt(0);
  formsByFirst.set(first, [...(formsByFirst.get(first) ?? []), form]);
}

/** Whether a word begins like a key of a service or an account number. */
function isKeyStart(text: string, start: number, end: number): boolean {
  if (isUpper(text, start) && isUpper(text, start + 1) && end - start >= 15) return true;
  return (
    formsByFirst.get(text.charCodeAt(start))?.some(({ prefix }) => text.startsWith(prefix, start)) === true
  );
}

function findKey(part: string, found: Found): void {
  for (const { prefix, least, most, letters } of formsByFirst.get(part.charCodeAt(0)) ?? []) {
    const rest = part.length - prefix.length;
    if (rest < least || rest > most || !part.startsWith(prefix)) continue;
    if (letters.test(part.slice(prefix.length))) found("cloud-key", part);
  }
  if (part.length >= 15 && part.length <= 34 && isIban(part)) found("iban", part);
}

function isJwt(token: string): boolean {
  const parts = token.split(".");
  if (
    parts.length !== 3 ||
    parts[0]!.length > longestDecoded ||
    parts.some((part) => !/^[\w-]{8,}$/.test(part))
  )
    return false;
  try {
    return typeof (JSON.parse(decodeBase64(parts[0]!)) as { readonly alg?: unknown }).alg === "string";
  } catch {
    return false;
  }
}

function findUserInfo(word: string, from: number, found: Found): void {
  const slash = word.indexOf("/", from);
  const host = slash < 0 ? word.slice(from) : word.slice(from, slash);
  const at = host.lastIndexOf("@");
  const colon = host.indexOf(":");
  if (at < 0 || colon < 0 || colon > at) return;
  const password = host.slice(colon + 1, at);
  if (password.length >= 3 && !/^[*x]+$|[${}%]\{|%[a-z]|^password$/i.test(password)) {
    found("url-password", password);
  }
}

function findAddress(word: string, found: Found): void {
  const at = word.indexOf("@");
  if (at !== word.lastIndexOf("@")) return;
  const local = word.slice(startOfName(word, at), at);
  let end = at + 1;
  while (end < word.length && end < at + 256 && /[A-Za-z0-9.-]/.test(word[end]!)) end++;
  if (word[end - 1] === ".") end--;
  const host = word.slice(at + 1, end);
  if (local.length < 2) return;
  if (upiHandles.has(host.toLowerCase())) found("upi", `${local}@${host}`);
  else if (/\.[A-Za-z]{2,24}$/.test(host) && !host.startsWith(".") && !host.includes("..")) {
    found("email", `${local}@${host}`);
  }
}

/** What a word is URL-encoded or encoded in Base64, if it is. */
function decodedWord(word: string, hasPercent: boolean, isEncoded: boolean): string | undefined {
  if (hasPercent && /%[0-9A-Fa-f]{2}/.test(word)) {
    try {
      return decodeURIComponent(word);
    } catch {
      // Not URL-encoded after all.
      return undefined;
    }
  }
  if (!isEncoded || !/^[A-Za-z0-9+/_-]+={0,2}$/.test(word)) return undefined;
  const decoded = decodeBase64(word.replace(/={1,2}$/, ""));
  return decoded.length >= 12 ? decoded : undefined;
}
