import { encodingOf } from "./textLines";

/** Controls that texts have: tab, line ends, form feed, and the escape of coloured terminals. */
const usual: ReadonlySet<number> = new Set([9, 10, 11, 12, 13, 27]);

/** Whether the first bytes of a file are text, whatever it says: bytes of one, or UTF-16 with a mark. */
export function isPlainText(head: Uint8Array): boolean {
  const { name, markBytes } = encodingOf(head);
  const unit = name === "utf-16le" ? 2 : 1;
  for (let at = markBytes; at + unit <= head.length; at += unit) {
    const code = head[at]!;
    const isWide = unit === 2 && head[at + 1] !== 0;
    if (!isWide && (code < 32 ? !usual.has(code) : code === 127)) return false;
  }
  return head.length > markBytes;
}
