import type { Work } from "../work";

/** A run of text among bytes that may be anything. */
export interface TextRun {
  readonly text: string;
  /** Of its first byte. */
  readonly position: number;
  /** 2 for UTF-16, little-endian. */
  readonly characterBytes: 1 | 2;
}

/** Bytes that are read by position; [start, end) of what is looked at. */
export interface RunInputs {
  readonly start: number;
  readonly end: number;
  /** Fills `into`. @returns how many bytes there are; 0 where there are none */
  readonly read: (position: number, into: Uint8Array) => number;
  /** Where there are bytes again, behind a place that has none. */
  readonly nextPresent: (position: number) => number;
}

const windowBytes = 1 << 20;
/** Longer runs come in pieces. */
const longestRun = 1 << 16;
/** Fewer characters hold no secret that can be told. */
const leastCharacters = 5;
/** What is encoded has no mark of its own, but is not short. */
const leastEncoded = 20;

const isText = 1;
const isTelling = 2;
const classOf = new Uint8Array(256);
for (let byte = 0x20; byte < 0x7f; byte++) classOf[byte] = isText;
for (const byte of [9, 10, 13]) classOf[byte] = isText;
for (const letter of "0123456789@=:%-") classOf[letter.charCodeAt(0)] = isText | isTelling;

/**
 * Visits runs of printable ASCII characters, of one byte or of two each, that are long enough and have a character
 * no secret is without: a digit, or one of `@=:%-`. Holds a window of the bytes; zeros are passed over quickly.
 * @returns how many runs were visited
 * @throws ExhumeError `cancelled`
 */
export function forEachTextRun(
  { start, end, read, nextPresent }: RunInputs,
  visit: (run: TextRun) => void,
  work: Pick<Work, "throwIfCancelled">,
): number {
  const window = new Uint8Array(Math.max(8, Math.min(windowBytes + longestRun, end - start + 8)));
  let runs = 0;
  let position = start;
  let kept = 0;
  while (position < end) {
    work.throwIfCancelled();
    const room = Math.min(windowBytes, window.length - kept, end - position);
    const got = read(position, window.subarray(kept, kept + room));
    const filled = kept + got;
    const isLast = got < room || position + got >= end;
    const from = findRuns(window, filled, isLast, (at, bytes, characterBytes) => {
      runs++;
      const text = textOf(window, at, bytes, characterBytes);
      visit({ text, position: position - kept + at, characterBytes });
    });
    position += got;
    kept = isLast ? 0 : filled - from;
    window.copyWithin(0, from, filled);
    if (got < room) position = nextPresent(position + 1);
  }
  return runs;
}

/** @returns where the run begins that may go on behind the window; `filled` when none does */
function findRuns(
  bytes: Uint8Array,
  filled: number,
  isLast: boolean,
  visit: (at: number, bytes: number, characterBytes: 1 | 2) => void,
): number {
  const words = new Int32Array(bytes.buffer, bytes.byteOffset, bytes.length >> 2);
  const wholeWords = filled >> 2;
  for (let at = 0; at < filled; ) {
    if ((classOf[bytes[at]!]! & isText) === 0) {
      let word = at >> 2;
      if (at % 4 === 0) while (word < wholeWords && words[word] === 0) word++;
      at = Math.max(at + 1, 4 * word);
      continue;
    }
    const first = at;
    // Whether it is of wide characters cannot be told here yet.
    if (!isLast && first + 4 > filled) return first;
    let telling = 0;
    const most = first + longestRun;
    const width = bytes[at + 1] === 0 && at + 3 < filled && bytes[at + 3] === 0 ? 2 : 1;
    while (at + width <= filled && at < most && (width === 1 || bytes[at + 1] === 0)) {
      const kind = classOf[bytes[at]!]!;
      if (kind === 0) break;
      telling |= kind;
      at += width;
    }
    if (!isLast && at < most && at + width > filled) return first;
    const characters = (at - first) / width;
    if (characters >= leastCharacters && ((telling & isTelling) !== 0 || characters >= leastEncoded)) {
      visit(first, at - first, width);
    }
    at = Math.max(at, first + 1);
  }
  return filled;
}

const latin1 = new TextDecoder("latin1");
const utf16 = new TextDecoder("utf-16le");

function textOf(window: Uint8Array, at: number, bytes: number, characterBytes: 1 | 2): string {
  return (characterBytes === 1 ? latin1 : utf16).decode(window.subarray(at, at + bytes));
}
