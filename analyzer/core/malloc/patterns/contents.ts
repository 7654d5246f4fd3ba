import type { HeapReader, UsedBlock } from "./heapReader";
import type { BlockPattern } from "./pattern";

const shortestText = 4;
/** Of a text so much is looked at. */
const lookedAt = 256;

/** [start, end) of each copy of a library. */
export type LibraryRanges = readonly (readonly [number, number])[];

/** {length, capacity, references} before the text: strings of libstdc++ before C++11. */
export function isCopyOnWriteString(heap: HeapReader, block: UsedBlock): boolean {
  const { pointerBytes } = heap;
  const text = block.start + 3 * pointerBytes;
  const length = heap.word(block.start);
  const capacity = heap.word(block.start + pointerBytes);
  if (length < 1 || capacity < length || !heap.fits(capacity + 1 + 3 * pointerBytes, block)) return false;
  const references = heap.u32(block.start + 2 * pointerBytes);
  const isCount = references < 1_000_000 || references === 0xffff_ffff;
  return isCount && heap.u8(text + length) === 0 && isText(heap, text, length);
}

/** As `strdup` makes it: the block is as long as the text wants. */
export function isCString(heap: HeapReader, block: UsedBlock): boolean {
  let length = 0;
  while (length < block.bytes) {
    const byte = heap.u8(block.start + length);
    if (byte === 0) break;
    if (!isTextByte(byte)) return false;
    length++;
  }
  if (length < shortestText || length >= block.bytes || !heap.fits(length + 1, block)) return false;
  // The bytes of an address can be letters.
  const first = heap.word(block.start);
  return first <= 0 || first >= 2 ** 48 || heap.image.memory.segmentOf(BigInt(first)) === undefined;
}

/** True for bytes that are text as far as they are looked at: strings of other bytes are not told. */
export function isText(heap: HeapReader, start: number, length: number): boolean {
  for (let at = 0; at < Math.min(length, lookedAt); at++) if (!isTextByte(heap.u8(start + at))) return false;
  return true;
}

/** Printable, white space, or part of UTF-8. */
function isTextByte(byte: number): boolean {
  return (byte >= 0x20 && byte !== 0x7f) || (byte >= 9 && byte <= 13);
}

const leastSslBytes = 256;
/** SSL 3 to TLS 1.3, DTLS, and any of them. */
const versions = new Set([0x300, 0x301, 0x302, 0x303, 0x304, 0xfeff, 0xfefd, 0x1_0000, 0x1_ffff]);

/**
 * What a block is by its own contents, where they are not mere text: `SSL` {version, method, …} and `SSL_CTX` {method, …}, since 3.0 {library context, method, …}: a method is a constant
 * of libssl that begins with its version.
 */
export function contentsPattern(
  heap: HeapReader,
  block: UsedBlock,
  libraries: LibraryRanges,
): BlockPattern | undefined {
  if (libraries.length === 0 || block.bytes < leastSslBytes) return undefined;
  const isMethod = (at: number) => {
    const method = heap.word(at);
    const isConstant = libraries.some(([start, end]) => method >= start && method < end);
    return isConstant && versions.has(heap.u32(method));
  };
  const second = block.start + heap.pointerBytes;
  if (isMethod(block.start)) return "OpenSSL SSL_CTX";
  if (!isMethod(second)) return undefined;
  return versions.has(heap.word(block.start) % 2 ** 32) ? "OpenSSL SSL" : "OpenSSL SSL_CTX";
}
