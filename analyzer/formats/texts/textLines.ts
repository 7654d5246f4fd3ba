import type { ByteSource } from "../../base/byteSource";
import type { ProblemList } from "../../base/problems";
import type { Work } from "../../base/work";
import { undecorateFor } from "./lineDecoration";

/** Longest line that is looked at; the rest of a longer one is dropped and reported. */
const longestLine = 16 * 1024;
const chunkBytes = 256 * 1024;
const newline = 0x0a;
/** Where prefixes of lines are looked for. */
const decorationBytes = 16 * 1024;

export type TextEncodingName = "utf-8" | "utf-16le";

/** PowerShell's `>` saves UTF-16 with a byte order mark; everything else these tools write is ASCII or UTF-8. */
export function encodingOf(head: Uint8Array): {
  readonly name: TextEncodingName;
  readonly markBytes: number;
} {
  if (head[0] === 0xff && head[1] === 0xfe) return { name: "utf-16le", markBytes: 2 };
  if (head[0] === 0xef && head[1] === 0xbb && head[2] === 0xbf) return { name: "utf-8", markBytes: 3 };
  return { name: "utf-8", markBytes: 0 };
}

/** The text of the first bytes, for telling the kind; a cut last character does not matter there. */
export function textOfHead(head: Uint8Array): string {
  const { name, markBytes } = encodingOf(head);
  const body = head.subarray(markBytes);
  return new TextDecoder(name).decode(name === "utf-16le" ? body.subarray(0, body.length & ~1) : body);
}

/**
 * The lines of a text without their ends and what a log collector put around them, in order, holding one chunk at a time: a GC log may have gigabytes.
 * @throws ExhumeError `cancelled`, `unreadable`
 */
export function* linesOf(source: ByteSource, problems: ProblemList, work: Work): Generator<string> {
  const head = new Uint8Array(4);
  const headLength = source.read(0, head);
  const { name, markBytes } = encodingOf(head.subarray(0, headLength));
  const unit = name === "utf-16le" ? 2 : 1;
  const decoder = new TextDecoder(name);
  const first = new Uint8Array(decorationBytes);
  const undecorate = undecorateFor(textOfHead(first.subarray(0, source.read(0, first))));
  const buffer = new Uint8Array(chunkBytes + 2 * longestLine);
  let kept = 0;
  let position = markBytes;
  let skipping = false;
  const lineOf = (start: number, end: number) =>
    undecorate(decoder.decode(buffer.subarray(start, end)).replace(/\r$/, ""));
  for (;;) {
    work.throwIfCancelled();
    const got = source.read(position, buffer.subarray(kept, kept + chunkBytes));
    position += got;
    const filled = kept + got;
    let start = 0;
    for (
      let end = endOfLine(buffer, start, filled, unit);
      end >= 0;
      end = endOfLine(buffer, start, filled, unit)
    ) {
      if (!skipping) yield lineOf(start, end);
      skipping = false;
      start = end + unit;
    }
    if (got === 0) {
      if (start < filled && !skipping) yield lineOf(start, filled - ((filled - start) % unit));
      return;
    }
    if (filled - start > longestLine) {
      problems.add({
        code: "long-line",
        message: `A line of more than ${longestLine} bytes was cut.`,
        offset: position - (filled - start),
        losesData: true,
      });
      if (!skipping) yield lineOf(start, start + longestLine);
      skipping = true;
      start = filled - ((filled - start) % unit);
    }
    buffer.copyWithin(0, start, filled);
    kept = filled - start;
    if (source.byteLength > 0) work.report("Reading the text", Math.min(1, position / source.byteLength));
  }
}

function endOfLine(bytes: Uint8Array, start: number, end: number, unit: number): number {
  for (let from = start; ; ) {
    const found = bytes.indexOf(newline, from);
    if (found < 0 || found + unit > end) return -1;
    if (unit === 1 || ((found - start) % 2 === 0 && bytes[found + 1] === 0)) return found;
    from = found + 1;
  }
}
