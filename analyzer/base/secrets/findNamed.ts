import { isSecretLooking, isSecretName } from "./secretKinds";
import type { TextFinding } from "./textFinding";

const equalsSign = 0x3d;
const colon = 0x3a;
const longestName = 64;

const isOfName = new Uint8Array(128);
for (const letter of "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789_.+-")
  isOfName[letter.charCodeAt(0)] = 1;

/** `password=…`, `"apiKey": "…"`, `secret: …`: what stands behind a name that says so. */
export function findNamed(text: string, visit: (finding: TextFinding) => void): void {
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

/** Where the name begins that ends before a place; at most 64 letters before it. */
export function startOfName(text: string, end: number): number {
  let start = end;
  while (start > 0 && start > end - longestName && isOfName[text.charCodeAt(start - 1)] === 1) start--;
  return start;
}
