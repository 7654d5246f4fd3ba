import { findDigits, leastDigits } from "./findDigits";
import { findInWord, type WordFinding, wordMarks } from "./findInWord";
import { findNamed } from "./findNamed";
import type { TextFinding } from "./textFinding";

type Visit = (finding: TextFinding) => void;

const mostDecodings = 2;
const longestKey = 8192;
const leastWord = 5;

/** Marks of characters; those that end a word have none. */
const marksOf = new Uint8Array(128).fill(wordMarks.other);
for (const letter of " \t\n\v\f\r\"'<>()[]{},;|`\\\0") marksOf[letter.charCodeAt(0)] = 0;
for (const letter of "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz+/_-")
  marksOf[letter.charCodeAt(0)] = wordMarks.encoding;
for (const letter of "0123456789") marksOf[letter.charCodeAt(0)] = wordMarks.encoding | wordMarks.digit;
marksOf["=".charCodeAt(0)] = wordMarks.encoding | wordMarks.equals;
marksOf[":".charCodeAt(0)] = wordMarks.other | wordMarks.colon;
marksOf["@".charCodeAt(0)] = wordMarks.other | wordMarks.at;
marksOf["%".charCodeAt(0)] = wordMarks.other | wordMarks.percent;

/**
 * Secrets in a text, each as often as it is there. Takes linear time: the text is cut into words once, and every check
 * looks at one word, or at a bounded piece behind a place. Most words are passed over by their marks, without a copy.
 */
export function findInText(text: string, visit: Visit, depth = 0): void {
  if (text.length < leastWord) return;
  if (text.includes("PRIVATE KEY-----")) findKeys(text, visit);
  let all = 0;
  let digits = 0;
  let isBehindBearer = false;
  for (let start = 0; start < text.length; ) {
    let marks = 0;
    let end = start;
    for (; end < text.length; end++) {
      const mark = markAt(text, end);
      if (mark === 0) break;
      if ((mark & wordMarks.digit) !== 0) digits++;
      marks |= mark;
    }
    if (end > start) {
      all |= marks;
      if (end - start >= leastWord) {
        const from = start;
        const to = end;
        const inWord = ({ kind, value }: WordFinding, word: string) => {
          const at = word.indexOf(value);
          const first = at < 0 ? from : from + at;
          visit({ kind, value, start: first, end: at < 0 ? to : first + value.length });
        };
        const decode =
          depth < mostDecodings
            ? (decoded: string, found: (finding: WordFinding) => void) =>
                findInText(decoded, found, depth + 1)
            : undefined;
        findInWord({ text, start, end, marks, isBehindBearer }, inWord, decode);
      }
      isBehindBearer = end - start === 6 && /^bearer$/i.test(text.slice(start, end));
    }
    start = end + 1;
  }
  if (digits >= leastDigits) findDigits(text, visit);
  if ((all & (wordMarks.equals | wordMarks.colon)) !== 0) findNamed(text, visit);
}

function markAt(text: string, at: number): number {
  const code = text.charCodeAt(at);
  if (code < 128) return marksOf[code]!;
  return code === 0xa0 || code === 0x2028 || code === 0x2029 ? 0 : wordMarks.other;
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
