import { type ByteSource, readUpTo } from "../../base/byteSource";
import { isJdkClass, Pseudonyms } from "../../base/secrets/pseudonyms";
import { includesLevel, type RedactionLevel } from "../../base/secrets/redactionLevel";
import type { Work } from "../../base/work";
import { identifyBytes, identifyText } from "./identifyText";
import { undecorateFor } from "./lineDecoration";
import { MaskedLine } from "./maskedLine";
import { encodingOf, textOfHead } from "./textLines";

const chunkBytes = 256 << 10;
const longestLine = 64 << 10;
const newline = 0x0a;

export interface RedactedText {
  readonly lines: number;
  readonly maskedLines: number;
  /** Names that were replaced, by what stands for them; empty below the level of names. */
  readonly names: ReadonlyMap<string, string>;
}

/**
 * Writes a copy of a saved text without what programs and people put into it: names of threads, values of variables
 * and options, lines that are not the format's own, and everything that looks like a secret. Figures stay.
 * @param sink takes the copy in order
 * @throws ExhumeError `cancelled`, `unreadable`
 */
export function redactText(
  source: ByteSource,
  level: RedactionLevel,
  sink: (bytes: Uint8Array) => void,
  work: Work,
): RedactedText {
  const head = readUpTo(source, 0, identifyBytes);
  const { name, markBytes } = encodingOf(head);
  const unit = name === "utf-16le" ? 2 : 1;
  const encode = (text: string) => (unit === 1 ? new TextEncoder().encode(text) : wideBytesOf(text));
  const decoder = new TextDecoder(name);
  const undecorate = undecorateFor(textOfHead(head));
  const names = new Map<string, string>();
  const masked = new MaskedLine(
    identifyText(head),
    includesLevel(level, "names") ? new Pseudonyms(isJdkClass) : undefined,
    names,
  );
  let lines = 0;
  let maskedLines = 0;
  const put = (bytes: Uint8Array, end: Uint8Array) => {
    const line = decoder.decode(bytes);
    const text = undecorate(line.replace(/\r$/, ""));
    const prefix = line.slice(0, Math.max(0, line.lastIndexOf(text)));
    const other = masked.of(text);
    lines++;
    if (other === text) sink(bytes);
    else {
      maskedLines++;
      sink(encode(prefix + other + (line.endsWith("\r") ? "\r" : "")));
    }
    sink(end);
  };
  sink(head.subarray(0, markBytes));
  const buffer = new Uint8Array(chunkBytes + longestLine);
  let kept = 0;
  for (let position = markBytes; ; ) {
    work.throwIfCancelled();
    work.report("Writing the copy", position / Math.max(1, source.byteLength));
    const got = source.read(position, buffer.subarray(kept, kept + chunkBytes));
    position += got;
    const filled = kept + got;
    let start = 0;
    for (
      let end = endOfLine(buffer, 0, filled, unit);
      end >= 0;
      end = endOfLine(buffer, start, filled, unit)
    ) {
      put(buffer.subarray(start, end), buffer.subarray(end, end + unit));
      start = end + unit;
    }
    if (got === 0) {
      if (start < filled) put(buffer.subarray(start, filled), new Uint8Array(0));
      return { lines, maskedLines, names };
    }
    // A line without an end in sight goes in pieces, each without a word.
    if (filled - start > longestLine - unit) {
      const whole = (filled - start) & ~1;
      sink(encode("*".repeat(Math.max(1, whole / unit))));
      maskedLines++;
      start += whole;
    }
    buffer.copyWithin(0, start, filled);
    kept = filled - start;
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

function wideBytesOf(text: string): Uint8Array {
  const bytes = new Uint8Array(2 * text.length);
  const view = new DataView(bytes.buffer);
  for (let at = 0; at < text.length; at++) view.setUint16(2 * at, text.charCodeAt(at), true);
  return bytes;
}
