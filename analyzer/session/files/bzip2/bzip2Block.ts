import type { BitReader } from "./bitReader";
import { HuffmanCode, longestCode } from "./huffmanCode";

const groupSymbols = 50;
/** Runs are written as numbers of two digits, the first and the second symbol. */
const runB = 1;

/** Undone as far as Huffman codes, move-to-front and the first runs go: what the block sorting gave. */
export interface SortedBlock {
  /** Bytes in the order of the sort; room for the walk back above them. */
  readonly table: Uint32Array;
  readonly length: number;
  /** Where the walk begins. */
  readonly origin: number;
}

/**
 * Reads a block behind its magic and checksum.
 * @param table as long as a block may be, used again for each
 * @throws Error when it is damaged; NeedsMore
 */
export function readBlock(bits: BitReader, table: Uint32Array): SortedBlock {
  if (bits.take(1) === 1) throw new Error("a block is of a form that bzip2 gave up in 1999");
  const origin = bits.take(24);
  const used = readUsedBytes(bits);
  if (used.length === 0) throw new Error("a bzip2 block uses no bytes");
  const codeCount = bits.take(3);
  const groups = bits.take(15);
  if (codeCount < 2 || codeCount > 6 || groups === 0) throw new Error("a bzip2 block is damaged");
  const selectors = readSelectors(bits, groups, codeCount);
  const codes = Array.from({ length: codeCount }, () => readCode(bits, used.length + 2));
  const length = readSymbols(bits, selectors, codes, used, table);
  if (origin >= length) throw new Error("a bzip2 block is damaged");
  return { table, length, origin };
}

/** A bit for each sixteen values, then one for each of those. */
function readUsedBytes(bits: BitReader): Uint8Array {
  const rows = bits.take(16);
  const used: number[] = [];
  for (let row = 0; row < 16; row++) {
    if ((rows & (0x8000 >> row)) === 0) continue;
    const inRow = bits.take(16);
    for (let k = 0; k < 16; k++) if ((inRow & (0x8000 >> k)) !== 0) used.push(row * 16 + k);
  }
  return Uint8Array.from(used);
}

/** Which code each group of fifty symbols has. */
function readSelectors(bits: BitReader, groups: number, codeCount: number): Uint8Array {
  const order = Uint8Array.from({ length: codeCount }, (_, k) => k);
  return Uint8Array.from({ length: groups }, () => {
    let place = 0;
    while (bits.take(1) === 1)
      if (++place >= codeCount) throw new Error("a selector of a bzip2 block is damaged");
    return moveToFront(order, place);
  });
}

function moveToFront(order: Uint8Array, place: number): number {
  const value = order[place]!;
  order.copyWithin(1, 0, place);
  order[0] = value;
  return value;
}

/** Lengths of words, each by its difference to the one before. */
function readCode(bits: BitReader, symbols: number): HuffmanCode {
  let length = bits.take(5);
  const lengths = Uint8Array.from({ length: symbols }, () => {
    for (;;) {
      if (length < 1 || length > longestCode) throw new Error("a Huffman code of a bzip2 block is damaged");
      if (bits.take(1) === 0) return length;
      length += bits.take(1) === 0 ? 1 : -1;
    }
  });
  return new HuffmanCode(lengths);
}

/** @returns how many bytes were put into the table */
function readSymbols(
  bits: BitReader,
  selectors: Uint8Array,
  codes: readonly HuffmanCode[],
  used: Uint8Array,
  table: Uint32Array,
): number {
  const order = used.slice();
  const end = used.length + 1;
  let length = 0;
  let run = 0;
  let digit = 1;
  for (const selector of selectors) {
    const code = codes[selector]!;
    for (let left = groupSymbols; left > 0; left--) {
      const symbol = code.take(bits);
      if (symbol <= runB) {
        run += digit * (symbol + 1);
        digit *= 2;
        // Whatever follows, the block is longer than one may be.
        if (run > table.length) throw new Error("a bzip2 block is too long");
        continue;
      }
      if (run > 0) {
        if (length + run > table.length) throw new Error("a bzip2 block is too long");
        table.fill(order[0]!, length, length + run);
        length += run;
        run = 0;
        digit = 1;
      }
      if (symbol === end) return length;
      if (length === table.length) throw new Error("a bzip2 block is too long");
      table[length++] = moveToFront(order, symbol - 1);
    }
  }
  throw new Error("a bzip2 block has no end");
}

/** Undoes the block sorting: above each byte, where the one that follows it stands. */
export function linkBlock({ table, length }: SortedBlock): void {
  const starts = new Uint32Array(257);
  for (let at = 0; at < length; at++) starts[table[at]! + 1]!++;
  for (let byte = 0; byte < 256; byte++) starts[byte + 1]! += starts[byte]!;
  for (let at = 0; at < length; at++) table[starts[table[at]! & 0xff]!++]! |= at << 8;
}
