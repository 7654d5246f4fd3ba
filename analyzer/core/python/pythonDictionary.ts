import { hasFlag, type PythonMemory, typeFlag } from "./pythonMemory";
import { letterTextAt } from "./pythonText";

/** A key with its value, by address. */
export type PythonEntry = readonly [key: number, value: number];

/** Entries of a dictionary in the order in which they were put in. */
export interface PythonEntries {
  readonly count: number;
  page(start: number, count: number): PythonEntry[];
}

/** Where the entries of a table of keys are. */
interface KeyTable {
  readonly entries: number;
  readonly entryCount: number;
  readonly entryWords: 2 | 3;
}

const fields = { used: 16, keys: 32, values: 40 } as const;
const entriesOfPiece = 2048;
/** Entries that are gone leave holes: so many are passed over. */
const mostLookedAt = 1 << 22;
const mostKeys = 1 << 27;

export function dictionaryEntries(python: PythonMemory, address: number): PythonEntries | undefined {
  if (!hasFlag(python.typeOf(address), typeFlag.dictionary)) return undefined;
  const used = python.word(address + fields.used);
  const keys = python.pointer(address + fields.keys);
  const table = keys === undefined ? undefined : keyTableAt(python, keys);
  if (used === undefined || table === undefined) return undefined;
  const own = python.pointer(address + fields.values);
  const count = Math.min(used, table.entryCount);
  if (own === undefined) return { count, page: (start, most) => pageOf(python, table, start, most) };
  const values = python.pointers(own + python.layout.dictionaryValues, Math.min(table.entryCount, 1 << 16));
  return { count, page: (start, most) => splitEntries(python, table, values).slice(start, start + most) };
}

/** Entries of an object whose class has the keys and which has the values alone. */
export function sharedKeyEntries(
  python: PythonMemory,
  keys: number,
  values: number,
): PythonEntries | undefined {
  const table = keyTableAt(python, keys);
  if (table === undefined) return undefined;
  const entries = splitEntries(python, table, python.pointers(values, Math.min(table.entryCount, 256)));
  return { count: entries.length, page: (start, count) => entries.slice(start, start + count) };
}

function keyTableAt(python: PythonMemory, keys: number): KeyTable | undefined {
  if (python.layout.minor < 11) {
    const slots = python.word(keys + 8);
    const entryCount = python.word(keys + 32);
    if (slots === undefined || entryCount === undefined || slots > mostKeys || entryCount > slots)
      return undefined;
    const indexBytes = slots <= 0xff ? 1 : slots <= 0xffff ? 2 : 4;
    return { entries: keys + 40 + slots * indexBytes, entryCount, entryWords: 3 };
  }
  const indexLog = python.byte(keys + 9);
  const kind = python.byte(keys + 10);
  const entryCount = python.word(keys + 24);
  if (indexLog === undefined || entryCount === undefined || indexLog > 40 || entryCount > mostKeys)
    return undefined;
  return { entries: keys + 32 + 2 ** indexLog, entryCount, entryWords: kind === 0 ? 3 : 2 };
}

function pageOf(python: PythonMemory, table: KeyTable, start: number, count: number): PythonEntry[] {
  const page: PythonEntry[] = [];
  let passed = 0;
  const most = Math.min(table.entryCount, mostLookedAt);
  for (let first = 0; first < most && page.length < count; first += entriesOfPiece) {
    for (const entry of entriesAt(python, table, first, Math.min(entriesOfPiece, most - first))) {
      if (entry[1] === 0) continue;
      if (passed++ >= start && page.length < count) page.push(entry);
    }
  }
  return page;
}

function entriesAt(python: PythonMemory, table: KeyTable, first: number, count: number): PythonEntry[] {
  const { entryWords } = table;
  const words = python.pointers(table.entries + 8 * entryWords * first, entryWords * count);
  const entries: PythonEntry[] = [];
  // A general entry begins with the hash.
  for (let at = entryWords - 2; at + 1 < words.length; at += entryWords)
    entries.push([words[at]!, words[at + 1]!]);
  return entries;
}

function splitEntries(python: PythonMemory, table: KeyTable, values: readonly number[]): PythonEntry[] {
  return entriesAt(python, table, 0, Math.min(table.entryCount, values.length))
    .map(([key], index): PythonEntry => [key, values[index]!])
    .filter(([key, value]) => key !== 0 && value !== 0);
}

/** The value of a key that is a string, looked for from the start. */
export function valueOfKey(
  python: PythonMemory,
  entries: PythonEntries | undefined,
  wanted: string,
): number | undefined {
  const entry = entries
    ?.page(0, Math.min(entries.count, 10_000))
    .find(([key]) => letterTextAt(python, key, wanted.length + 1) === wanted);
  return entry?.[1];
}
