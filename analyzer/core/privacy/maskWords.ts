import type { KeptMemory } from "./keptMemory";
import type { MappedAddresses } from "./mappedAddresses";

/** What tells which words of memory stay. */
export interface WordRules {
  readonly addresses: MappedAddresses;
  readonly kept: KeptMemory;
  readonly pointerBytes: 4 | 8;
  readonly littleEndian: boolean;
  /** Bits of an address of code above which return addresses are signed; absent where they are not. */
  readonly codeAddressBits?: number;
}

const star = 0x2a;
const leastRun = 4;
const high32 = 0x1_0000_0000;

/**
 * Leaves of a stretch of memory the words that are addresses and what is kept by place; everything else becomes zero.
 * @param address of the first byte
 */
export function keepPointers(bytes: Uint8Array, address: number, rules: WordRules): void {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const { pointerBytes: word, kept, littleEndian } = rules;
  const [lowAt, highAt] = halves(rules);
  const first = Math.min(bytes.length, (word - (address % word)) % word);
  bytes.fill(0, 0, first);
  let at = first;
  for (; at + word <= bytes.length; at += word) {
    const low = view.getUint32(at + lowAt, littleEndian);
    const high = word === 8 ? view.getUint32(at + highAt, littleEndian) : 0;
    if ((low === 0 && high === 0) || isPointer(low, high, rules)) continue;
    if (!kept.has(address + at)) view.setUint32(at, 0);
    if (word === 8 && !kept.has(address + at + 4)) view.setUint32(at + 4, 0);
  }
  bytes.fill(0, at);
}

/** Distances of the lower and the upper half from the beginning of a word. */
function halves({ pointerBytes, littleEndian }: WordRules): readonly [low: number, high: number] {
  return littleEndian || pointerBytes === 4 ? [0, 4] : [4, 0];
}

/** Whether a word, in two halves, is an address of the process. */
export function isPointer(low: number, high: number, rules: WordRules): boolean {
  const { addresses, codeAddressBits, pointerBytes } = rules;
  if (pointerBytes === 4) {
    // A quarter of the address space may be mapped: four letters would often be an address.
    return isPrintable(low) ? addresses.hasCode(low) : addresses.has(low);
  }
  if (high < 0x20_0000 && addresses.has(high * high32 + low)) return true;
  if (codeAddressBits === undefined || codeAddressBits <= 32) return false;
  const bits = 2 ** (codeAddressBits - 32);
  return high >= bits && addresses.hasCode((high % bits) * high32 + low);
}

function isPrintable(word: number): boolean {
  for (let shift = 0; shift < 32; shift += 8) {
    const byte = (word >>> shift) & 0xff;
    if (byte < 0x20 || byte > 0x7e) return false;
  }
  return true;
}

/**
 * Overwrites text with stars: printable ASCII of one or two bytes a character and UTF-8, four characters and more.
 * Words that are addresses stay, and what is kept by place. Where a run goes on beyond the bytes it counts as long.
 */
export function maskText(bytes: Uint8Array, address: number, rules: WordRules): void {
  for (let at = 0; at < bytes.length; ) {
    const first = at;
    let characters = 0;
    const isWide = at + 3 < bytes.length && bytes[at + 1] === 0 && bytes[at + 3] === 0;
    for (;;) {
      const length = isWide ? wideLength(bytes, at) : characterLength(bytes, at);
      if (length === 0) break;
      characters++;
      at += length;
    }
    if (at === first) {
      at++;
      continue;
    }
    const touchesEdge = first === 0 || at >= bytes.length;
    if (characters >= leastRun || touchesEdge) maskRun(bytes, first, at, isWide ? 2 : 1, address, rules);
  }
}

function maskRun(
  bytes: Uint8Array,
  start: number,
  end: number,
  step: 1 | 2,
  address: number,
  rules: WordRules,
): void {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const { pointerBytes: word, littleEndian } = rules;
  const [lowAt, highAt] = halves(rules);
  let wordAt = -1;
  let stays = false;
  for (let at = start; at < end; at += step) {
    const place = address + at;
    const begin = at - (place % word);
    if (begin !== wordAt) {
      wordAt = begin;
      stays = false;
      if (begin >= 0 && begin + word <= bytes.length) {
        const low = view.getUint32(begin + lowAt, littleEndian);
        stays = isPointer(low, word === 8 ? view.getUint32(begin + highAt, littleEndian) : 0, rules);
      }
    }
    if (!stays && !rules.kept.has(place - (place % 4))) bytes[at] = star;
  }
}

function wideLength(bytes: Uint8Array, at: number): number {
  return at + 1 < bytes.length && bytes[at + 1] === 0 && isPlain(bytes[at]!) ? 2 : 0;
}

/** Bytes of the character at a place, 0 where there is none of text. */
function characterLength(bytes: Uint8Array, at: number): number {
  if (at >= bytes.length) return 0;
  const byte = bytes[at]!;
  if (isPlain(byte)) return 1;
  const length = byte < 0xc2 ? 0 : byte < 0xe0 ? 2 : byte < 0xf0 ? 3 : byte < 0xf5 ? 4 : 0;
  if (length === 0 || at + length > bytes.length) return 0;
  for (let k = 1; k < length; k++) if ((bytes[at + k]! & 0xc0) !== 0x80) return 0;
  return length;
}

function isPlain(byte: number): boolean {
  return (byte >= 0x20 && byte < 0x7f) || byte === 9 || byte === 10 || byte === 13;
}
