import { isCardNumber, passesVerhoeff } from "./checkDigits";
import type { TextFinding } from "./textFinding";

/** Fewer are nothing. */
export const leastDigits = 9;
const mostDigits = 24;
const mostPhone = 15;
const mostGroups = 4;

/** Numbers in groups: cards, Aadhaar, phones. */
export function findDigits(text: string, visit: (finding: TextFinding) => void): void {
  let hasAadhaar: boolean | undefined;
  for (let at = 0; at < text.length; at++) {
    if (!isDigit(text, at)) continue;
    let end = at;
    let count = 0;
    let groups = 1;
    while (end < text.length && count < mostDigits) {
      if (isDigit(text, end)) {
        count++;
        end++;
      } else if (isGap(text, end) && isDigit(text, end + 1)) {
        groups++;
        end++;
      } else break;
    }
    if (count >= leastDigits && count < mostDigits) {
      const digits = groups === 1 ? text.slice(at, end) : text.slice(at, end).replace(/[ -]/g, "");
      const before = text[at - 1] ?? " ";
      const after = text[end] ?? " ";
      const stands = !/[\w.\-/:#%=@&?]/.test(before) && !/[\w\-/:@%]/.test(after);
      if (before === "+" && count <= mostPhone && digits[0] !== "0" && !/[\w.]/.test(after)) {
        if (!/[\w+]/.test(text[at - 2] ?? " "))
          visit({ kind: "phone", value: `+${digits}`, start: at - 1, end });
      } else if (stands && groups <= mostGroups && isCardNumber(digits)) {
        visit({ kind: "card", value: digits, start: at, end });
      } else if (stands && count === 12 && digits[0]! > "1" && passesVerhoeff(digits)) {
        hasAadhaar ??= /aadhaar|uidai/i.test(text);
        if (hasAadhaar) visit({ kind: "aadhaar", value: digits, start: at, end });
      }
    }
    while (end < text.length && isDigit(text, end)) end++;
    at = end;
  }
}

function isDigit(text: string, at: number): boolean {
  const code = text.charCodeAt(at);
  return code >= 48 && code <= 57;
}

/** A space or a hyphen. */
function isGap(text: string, at: number): boolean {
  const code = text.charCodeAt(at);
  return code === 0x20 || code === 0x2d;
}
