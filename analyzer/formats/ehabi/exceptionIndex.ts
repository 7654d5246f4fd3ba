/** Gives the word at a link-time address; undefined where there is none. */
export type WordAt = (address: number) => number | undefined;

/** A place in the tables that cannot be read. */
export class EhabiDamage extends Error {
  constructor(
    readonly address: number,
    readonly what: string,
  ) {
    super(`the exception index at 0x${address.toString(16)} ${what}`);
    this.name = "EhabiDamage";
  }
}

const entryBytes = 8;
/** EXIDX_CANTUNWIND. */
const cannotUnwind = 1;
const inlineBit = 0x8000_0000;
/** Words of instructions behind the first; a byte counts them. */
const mostWords = 255;

/**
 * The unwind instructions of the function at an address, byte by byte.
 * @param table link-time address and size of `.ARM.exidx`
 * @returns undefined when the function says that it cannot be unwound, or none covers the address
 * @throws EhabiDamage
 */
export function instructionsAt(
  address: number,
  table: { readonly address: number; readonly bytes: number },
  wordAt: WordAt,
): number[] | undefined {
  const entry = entryFor(address, table, wordAt);
  if (entry === undefined) return undefined;
  const content = readWord(entry + 4, wordAt);
  if (content === cannotUnwind) return undefined;
  if (content >= inlineBit) {
    if ((content >>> 24) % 16 !== 0) throw new EhabiDamage(entry, "uses an unknown model");
    return bytesOf(content, 3);
  }
  return describedAt(place(entry + 4, content), wordAt);
}

/** The last entry whose function begins at the address or before it. */
function entryFor(
  address: number,
  { address: start, bytes }: { readonly address: number; readonly bytes: number },
  wordAt: WordAt,
): number | undefined {
  let low = 0;
  let high = Math.floor(bytes / entryBytes);
  while (low < high) {
    const middle = (low + high) >>> 1;
    const at = start + middle * entryBytes;
    // The lowest bit says that the function is Thumb.
    const begins = place(at, readWord(at, wordAt)) & ~1;
    if (begins >>> 0 <= address) low = middle + 1;
    else high = middle;
  }
  return low === 0 ? undefined : start + (low - 1) * entryBytes;
}

/** An entry of `.ARM.extab`: the compact model, or the generic one of a personality routine. */
function describedAt(address: number, wordAt: WordAt): number[] {
  const first = readWord(address, wordAt);
  if (first < inlineBit) {
    // GNU's routines have their instructions behind their address, counted by the first byte.
    const head = readWord(address + 4, wordAt);
    return [...bytesOf(head, 3), ...wordsAt(address + 8, head >>> 24, wordAt)];
  }
  const model = (first >>> 24) % 16;
  if (model === 0) return bytesOf(first, 3);
  if (model > 2) throw new EhabiDamage(address, `uses the unknown model ${model}`);
  return [...bytesOf(first, 2), ...wordsAt(address + 4, (first >>> 16) % 256, wordAt)];
}

function wordsAt(address: number, count: number, wordAt: WordAt): number[] {
  const bytes: number[] = [];
  for (let word = 0; word < Math.min(count, mostWords); word++)
    for (const byte of bytesOf(readWord(address + 4 * word, wordAt), 4)) bytes.push(byte);
  return bytes;
}

/** The low bytes of a word, the highest first. */
function bytesOf(word: number, count: number): number[] {
  return Array.from({ length: count }, (_, index) => (word >>> (8 * (count - 1 - index))) & 0xff);
}

/** Where a place-relative offset of 31 bits leads. */
function place(at: number, word: number): number {
  return (at + ((word << 1) >> 1)) >>> 0;
}

function readWord(address: number, wordAt: WordAt): number {
  const word = wordAt(address);
  if (word === undefined) throw new EhabiDamage(address, "cannot be read");
  return word;
}
