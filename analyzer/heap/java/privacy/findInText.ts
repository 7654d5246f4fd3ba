import { isCardNumber, isIban, passesVerhoeff } from "./checkDigits";
import { isSecretLooking, isSecretName, keyForms, type SecretKind, upiHandles } from "./secretKinds";

export interface TextFinding {
  readonly kind: SecretKind;
  readonly value: string;
}

const mostDecodings = 2;
const longestDecoded = 8192;
const wordEnd = /[\s"'<>()[\]{},;|`\\]/;

/**
 * Secrets in a text, each as often as it is there. Takes linear time: the text is cut into words once, and every check
 * looks at one word, or at a bounded piece behind a place.
 */
export function findInText(text: string, visit: (finding: TextFinding) => void, depth = 0): void {
  if (text.length < 5) return;
  if (text.includes("PRIVATE KEY-----")) {
    const at = text.indexOf("-----BEGIN ");
    if (at >= 0) visit({ kind: "private-key", value: text.slice(at, at + 200) });
  }
  const hasAadhaar = /aadhaar|uidai/i.test(text);
  let previous = "";
  for (let start = 0; start < text.length; ) {
    while (start < text.length && wordEnd.test(text[start]!)) start++;
    let end = start;
    while (end < text.length && !wordEnd.test(text[end]!)) end++;
    if (end > start) {
      const word = text.slice(start, end);
      findInWord(word, previous, visit, depth);
      previous = word;
    }
    start = end;
  }
  findDigits(text, hasAadhaar, visit);
  findNamed(text, visit);
}

function findInWord(
  word: string,
  previous: string,
  visit: (finding: TextFinding) => void,
  depth: number,
): void {
  if (word.length < 5 || word.length > 1 << 16) return;
  if (word.startsWith("eyJ") || word.includes(".eyJ")) {
    const token = word.slice(word.startsWith("eyJ") ? 0 : word.indexOf("eyJ")).split(/[=:&]/, 1)[0]!;
    if (isJwt(token)) visit({ kind: "jwt", value: token });
  }
  const afterEquals = word.slice(Math.max(word.lastIndexOf("="), word.lastIndexOf(":")) + 1);
  for (const part of afterEquals === word ? [word] : [word, afterEquals]) {
    for (const { prefix, least, most, letters } of keyForms) {
      const rest = part.length - prefix.length;
      if (rest < least || rest > most || !part.startsWith(prefix)) continue;
      if (letters.test(part.slice(prefix.length))) visit({ kind: "cloud-key", value: part });
    }
    if (part.length >= 15 && part.length <= 34 && isIban(part)) visit({ kind: "iban", value: part });
  }
  const scheme = word.indexOf("://");
  if (scheme > 0) findUserInfo(word, scheme + 3, visit);
  else if (word.includes("@")) findAddress(word, visit);
  if (word.length === 10 && /^[A-Z]{3}[ABCFGHJLPT][A-Z]\d{4}[A-Z]$/.test(word))
    visit({ kind: "pan", value: word });
  if (/^bearer$/i.test(previous) && word.length >= 16 && /\d/.test(word)) {
    visit({ kind: "authorization", value: word });
  }
  if (depth < mostDecodings) findDecoded(word, visit, depth);
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

function findUserInfo(word: string, from: number, visit: (finding: TextFinding) => void): void {
  const slash = word.indexOf("/", from);
  const host = slash < 0 ? word.slice(from) : word.slice(from, slash);
  const at = host.lastIndexOf("@");
  const colon = host.indexOf(":");
  if (at < 0 || colon < 0 || colon > at) return;
  const password = host.slice(colon + 1, at);
  if (password.length >= 3 && !/^[*x]+$|[${}%]\{|^password$/i.test(password)) {
    visit({ kind: "url-password", value: password });
  }
}

function findAddress(word: string, visit: (finding: TextFinding) => void): void {
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

function findDecoded(word: string, visit: (finding: TextFinding) => void, depth: number): void {
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
function findDigits(text: string, hasAadhaar: boolean, visit: (finding: TextFinding) => void): void {
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
      if (!/[\w+]/.test(outside)) visit({ kind: "phone", value: `+${digits}` });
    } else if (stands && groups <= 4 && isCardNumber(digits)) visit({ kind: "card", value: digits });
    else if (stands && digits.length === 12 && digits[0]! > "1" && hasAadhaar && passesVerhoeff(digits)) {
      visit({ kind: "aadhaar", value: digits });
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
function findNamed(text: string, visit: (finding: TextFinding) => void): void {
  for (let at = 0; at < text.length; at++) {
    const letter = text[at];
    if (letter !== "=" && letter !== ":") continue;
    let end = at;
    if (/\s/.test(text[end - 1] ?? "")) end--;
    if (/["']/.test(text[end - 1] ?? "")) end--;
    if (!isSecretName(text.slice(startOfName(text, end), end))) continue;
    const rest = text.slice(at + 1, at + 200).replace(/^\s?["']?/, "");
    const value = rest.split(/[\s"',;&)}\]]/, 1)[0]!;
    if (isSecretLooking(value)) visit({ kind: "named-value", value });
  }
}
