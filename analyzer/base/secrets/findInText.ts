import { isCardNumber, isIban, passesVerhoeff } from "./checkDigits";
import { isSecretLooking, isSecretName, keyForms, type SecretKind, upiHandles } from "./secretKinds";

export interface TextFinding {
  readonly kind: SecretKind;
  readonly value: string;
  /** The part of the text that would have to go, [start, end): the value, or the word it is encoded in. */
  readonly start: number;
  readonly end: number;
}

type Visit = (finding: TextFinding) => void;

const mostDecodings = 2;
const longestDecoded = 8192;
const longestKey = 8192;

/** Characters that end a word. */
const endsWord = new Uint8Array(128);
for (const letter of " \t\n\v\f\r\"'<>()[]{},;|`\\\0") endsWord[letter.charCodeAt(0)] = 1;

/**
 * Secrets in a text, each as often as it is there. Takes linear time: the text is cut into words once, and every check
 * looks at one word, or at a bounded piece behind a place.
 */
export function findInText(text: string, visit: Visit, depth = 0): void {
  if (text.length < 5) return;
  if (text.includes("PRIVATE KEY-----")) findKeys(text, visit);
  let previous = "";
  for (let start = 0; start < text.length; ) {
    while (start < text.length && isWordEnd(text, start)) start++;
    let end = start;
    while (end < text.length && !isWordEnd(text, end)) end++;
    if (end > start) {
      const word = text.slice(start, end);
      const inWord = ({ kind, value }: Pick<TextFinding, "kind" | "value">) => {
        const at = word.indexOf(value);
        const from = at < 0 ? start : start + at;
        visit({ kind, value, start: from, end: at < 0 ? end : from + value.length });
      };
      findInWord(word, previous, inWord, depth);
      previous = word;
    }
    start = end;
  }
  findDigits(text, visit);
  findNamed(text, visit);
}

function isWordEnd(text: string, at: number): boolean {
  const code = text.charCodeAt(at);
  return code < 128 ? endsWord[code] === 1 : code === 0xa0 || code === 0x2028 || code === 0x2029;
}

/** Keys in PEM form, each to its last line where that is there. */
function findKeys(text: string, visit: Visit): void {
  for (let at = 0; ; ) {
    const start = text.indexOf("-----BEGIN ", at);
    if (start < 0) return;
    const head = /^-----BEGIN (?:[A-Z0-9]+ ){0,3}PRIVATE KEY-----/.exec(text.slice(start, start + 64));
    at = start + (head?.[0].length ?? 11);
    if (head === null) continue;
    const last = text.slice(at, at + longestKey).indexOf("PRIVATE KEY-----");
    const end = last < 0 ? Math.min(text.length, at + longestKey) : at + last + 16;
    visit({ kind: "private-key", value: text.slice(start, start + 200), start, end });
    at = end;
  }
}

type VisitInWord = (finding: Pick<TextFinding, "kind" | "value">) => void;

function findInWord(word: string, previous: string, visit: VisitInWord, depth: number): void {
  if (word.length < 5 || word.length > 1 << 16) return;
  if (word.startsWith("eyJ") || word.includes(".eyJ")) {
    const token = word.slice(word.startsWith("eyJ") ? 0 : word.indexOf("eyJ")).split(/[=:&]/, 1)[0]!;
    if (isJwt(token)) visit({ kind: "jwt", value: token });
  }
  const afterEquals = word.slice(Math.max(word.lastIndexOf("="), word.lastIndexOf(":")) + 1);
  for (const part of afterEquals === word ? [word] : [word, afterEquals]) {
    const forms = formsByFirst.get(part.charCodeAt(0));
    if (forms !== undefined) {
      for (const { prefix, least, most, letters } of forms) {
        const rest = part.length - prefix.length;
        if (rest < least || rest > most || !part.startsWith(prefix)) continue;
        if (letters.test(part.slice(prefix.length))) visit({ kind: "cloud-key", value: part });
      }
    }
    if (part.length >= 15 && part.length <= 34 && isIban(part)) visit({ kind: "iban", value: part });
  }
  const scheme = word.indexOf("://");
  if (scheme > 0) findUserInfo(word, scheme + 3, visit);
  else if (word.includes("@")) findAddress(word, visit);
  if (word.length === 10 && /^[A-Z]{3}[ABCFGHJLPT][A-Z]\d{4}[A-Z]$/.test(word))
    visit({ kind: "pan", value: word });
  if (previous.length === 6 && word.length >= 16 && /^bearer$/i.test(previous) && /\d/.test(word)) {
    visit({ kind: "authorization", value: word });
  }
  if (depth < mostDecodings) findDecoded(word, visit, depth);
}

const formsByFirst = new Map<number, (typeof keyForms)[number][]>();
for (const form of keyForms) {
  const first = form.prefix.charCodeAt(0);
  formsByFirst.set(first, [...(formsByFirst.get(first) ?? []), form]);
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

function findUserInfo(word: string, from: number, visit: VisitInWord): void {
  const slash = word.indexOf("/", from);
  const host = slash < 0 ? word.slice(from) : word.slice(from, slash);
  const at = host.lastIndexOf("@");
  const colon = host.indexOf(":");
  if (at < 0 || colon < 0 || colon > at) return;
  const password = host.slice(colon + 1, at);
  if (password.length >= 3 && !/^[*x]+$|[${}%]\{|%[a-z]|^password$/i.test(password)) {
    visit({ kind: "url-password", value: password });
  }
}

function findAddress(word: string, visit: VisitInWord): void {
  const at = word.indexOf("@");
  if (at !== word.lastIndexOf("@")) return;
  const local = word.slice(startOfName(word, at), at);
  let end = at + 1;
  while (end < word.length && end < at + 256 && /[A-Za-z0-9.-]/.test(word[end]!)) end++;
  if (word[end - 1] === ".") end--;
  const host = word.slice(at + 1, end);
  if (local.length < 2) return;
  if (upiHandles.has(host.toLowerCase())) visit({ kind: "upi", value: `${local}@${host}` });
  else if (/\.[A-Za-z]{2,24}$/.test(host) && !host.startsWith(".") && !host.includes("..")) {
    visit({ kind: "email", value: `${local}@${host}` });
  }
}

function findDecoded(word: string, visit: VisitInWord, depth: number): void {
  if (word.length > longestDecoded) return;
  if (word.includes("%") && /%[0-9A-Fa-f]{2}/.test(word)) {
    try {
      findInText(decodeURIComponent(word), visit, depth + 1);
    } catch {
      // Not URL-encoded after all.
    }
  } else if (word.length >= 20 && /^[A-Za-z0-9+/_-]+={0,2}$/.test(word)) {
    const decoded = decodeBase64(word.replace(/={1,2}$/, ""));
    if (decoded.length >= 12 && /^[\t\n\r -~]+$/.test(decoded)) findInText(decoded, visit, depth + 1);
  }
}

const base64Letters = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";

/** In either alphabet and without padding, as Latin-1. */
function decodeBase64(text: string): string {
  let decoded = "";
  let bits = 0;
  let held = 0;
  for (const letter of text) {
    const value = base64Letters.indexOf(letter === "-" ? "+" : letter === "_" ? "/" : letter);
    if (value < 0) return "";
    held = ((held << 6) | value) & 0xffff;
    bits += 6;
    if (bits < 8) continue;
    bits -= 8;
    decoded += String.fromCharCode((held >>> bits) & 0xff);
  }
  return decoded;
}

/** Where the name begins that ends before a place; at most 64 letters before it. */
function startOfName(text: string, end: number): number {
  let start = end;
  while (start > 0 && start > end - 64 && /[\w.+-]/.test(text[start - 1]!)) start--;
  return start;
}

/** Numbers in groups: cards, Aadhaar, phones. */
function findDigits(text: string, visit: Visit): void {
  let hasAadhaar: boolean | undefined;
  for (let at = 0; at < text.length; at++) {
    if (!isDigit(text, at)) continue;
    let end = at;
    let digits = "";
    let groups = 1;
    while (end < text.length && digits.length < 24) {
      if (isDigit(text, end)) digits += text[end++]!;
      else if ((text[end] === " " || text[end] === "-") && isDigit(text, end + 1)) {
        groups++;
        end++;
      } else break;
    }
    const before = text[at - 1] ?? " ";
    const isPhone = before === "+";
    const stands = !/[\w.\-/:#%=@&?]/.test(before) && !/[\w\-/:@%]/.test(text[end] ?? " ");
    if (
      isPhone &&
      digits.length >= 9 &&
      digits.length <= 15 &&
      digits[0] !== "0" &&
      !/[\w.]/.test(text[end] ?? " ")
    ) {
      const outside = text[at - 2] ?? " ";
      if (!/[\w+]/.test(outside)) visit({ kind: "phone", value: `+${digits}`, start: at - 1, end });
    } else if (stands && groups <= 4 && isCardNumber(digits))
      visit({ kind: "card", value: digits, start: at, end });
    else if (stands && digits.length === 12 && digits[0]! > "1" && passesVerhoeff(digits)) {
      hasAadhaar ??= /aadhaar|uidai/i.test(text);
      if (hasAadhaar) visit({ kind: "aadhaar", value: digits, start: at, end });
    }
    while (end < text.length && isDigit(text, end)) end++;
    at = end;
  }
}

function isDigit(text: string, at: number): boolean {
  const code = text.charCodeAt(at);
  return code >= 48 && code <= 57;
}

/** `password=…`, `"apiKey": "…"`, `secret: …`: what stands behind a name that says so. */
function findNamed(text: string, visit: Visit): void {
  for (let at = 0; at < text.length; at++) {
    const letter = text.charCodeAt(at);
    if (letter !== equalsSign && letter !== colon) continue;
    let end = at;
    if (/\s/.test(text[end - 1] ?? "")) end--;
    if (/["']/.test(text[end - 1] ?? "")) end--;
    if (!isSecretName(text.slice(startOfName(text, end), end))) continue;
    const rest = text.slice(at + 1, at + 200);
    const gap = /^\s?["']?/.exec(rest)![0].length;
    const value = rest.slice(gap).split(/[\s"',;&)}\]]/, 1)[0]!;
    const start = at + 1 + gap;
    if (isSecretLooking(value)) visit({ kind: "named-value", value, start, end: start + value.length });
  }
}

const equalsSign = 0x3d;
const colon = 0x3a;
