import { type ByteSource, readUpTo } from "../../../base/byteSource";
import type { Work } from "../../../base/work";
import { checksumOf } from "../../graph/columns/checksum";
import { blockSumsOf, type StoredColumn } from "../../graph/columns/storedColumn";
import type { HeapColumns } from "./heapColumns";
import { packThreads, type ThreadTable, unpackThreads } from "./threadTable";

/**
 * The saved index: structure, never contents. Layout, little-endian:
 *
 * ```
 * 0   8 bytes   magic "EXHUMEIX"
 * 8   u32       version of this layout
 * 12  u32       bytes of the description
 * 16  u32       checksum of the description
 * 20  u32       0
 * 24  32 bytes  identity of the dump's file, all zeros when it is not known; may be changed in place
 * 56  …         description: JSON of the columns' metadata; each array is {"$": column number}
 * …             columns, each beginning on a multiple of 8
 * ```
 *
 * Columns with `blockSums` are not read on opening: pages of them are, each block checked against its sum.
 *
 * Versions: 1 the first; 2 with the children of every node of the dominator tree; 3 with checksums in four lanes; 4 with
 * dominators of any graph: their unit, and retained sizes by type; with the dump's identity and checksums of its contents;
 * 5 with sizes of objects whose ids are not addresses; 6 with stacks of a core's threads once for all that stand in them;
 * 7 with those of any dump, and with roots as columns; 8 with lengths of stack chunks, and of cores without class objects
 * of classes that are not loaded.
 */
const magic = "EXHUMEIX";
export const indexVersion = 8;
export const identityOffset = 24;
const identityBytes = 32;
const headerBytes = identityOffset + identityBytes;

const elementTypes = { Uint8Array, Uint16Array, Uint32Array, Int32Array, Float64Array } as const;
type ElementType = keyof typeof elementTypes;
type Column = Uint8Array | Uint16Array | Uint32Array | Int32Array | Float64Array;

function newColumn(type: ElementType, length: number): Column {
  const room = new SharedArrayBuffer(length * elementTypes[type].BYTES_PER_ELEMENT);
  switch (type) {
    case "Uint8Array":
      return new Uint8Array(room);
    case "Uint16Array":
      return new Uint16Array(room);
    case "Uint32Array":
      return new Uint32Array(room);
    case "Int32Array":
      return new Int32Array(room);
    case "Float64Array":
      return new Float64Array(room);
  }
}

interface ColumnEntry {
  readonly type: ElementType;
  readonly length: number;
  /** From the beginning of the file. */
  readonly offset: number;
  readonly checksum: number;
  /** Of a column that stays in the file. */
  readonly blockSums?: readonly number[];
}

interface Description {
  readonly fingerprint: string;
  readonly columns: readonly ColumnEntry[];
  readonly heap: unknown;
}

/** Why a saved index was not used; each is followed by a rebuild. */
export type IndexRejection = "foreign" | "version" | "truncated" | "damaged" | "stale";

export interface EncodedIndex {
  /** The file in its order; big pieces are views of the columns, not copies. */
  readonly pieces: readonly Uint8Array[];
  /** The same index with references into the file in place of what stays there. */
  readonly stored: HeapColumns;
}

/** @param identity of the file that was indexed, see {@link DecodedIndex} */
export function encodeIndex(
  columns: HeapColumns,
  fingerprint: string,
  work: Work,
  identity: Uint8Array = new Uint8Array(identityBytes),
): EncodedIndex {
  const arrays: Column[] = [];
  const heap = JSON.stringify(
    { ...columns, path: "", threads: packThreads(columns.threads) },
    (_, value: unknown) => {
      if (typeof value === "bigint") return { $id: value.toString(16) };
      if (!isColumn(value)) return value;
      arrays.push(value);
      return { $: arrays.length - 1 };
    },
  );
  work.report("Saving the index", 0);
  const children = columns.dominators?.children;
  const staying = new Set<unknown>(children === undefined ? [] : [children.starts, children.nodes]);
  const sums = arrays.map((array) =>
    staying.has(array)
      ? { checksum: 0, blockSums: blockSumsOf(bytesOf(array), work) }
      : { checksum: checksumOf(bytesOf(array), work) },
  );
  // Offsets are part of the text whose length they depend on: they count from the first column.
  let offset = 0;
  const entries = arrays.map((array, k): ColumnEntry => {
    const entry = { type: typeOf(array), length: array.length, offset, ...sums[k]! };
    offset += roundUp8(array.byteLength);
    return entry;
  });
  const text = `{"fingerprint":${JSON.stringify(fingerprint)},"columns":${JSON.stringify(entries)},"heap":${heap}}`;
  const description = new TextEncoder().encode(text);
  const header = new Uint8Array(headerBytes);
  header.set(new TextEncoder().encode(magic));
  const view = new DataView(header.buffer);
  view.setUint32(8, indexVersion, true);
  view.setUint32(12, description.length, true);
  view.setUint32(16, checksumOf(description, work), true);
  header.set(identity, identityOffset);
  const pieces = [header, description, padding(headerBytes + description.length)];
  for (const array of arrays) pieces.push(bytesOf(array), padding(array.byteLength));
  const first = roundUp8(headerBytes + description.length);
  const stay = (column: Uint32Array | StoredColumn): Uint32Array | StoredColumn => {
    const entry = entries[arrays.indexOf(column as Uint32Array)];
    return entry?.blockSums === undefined ? column : storedColumn(entry, entry.blockSums, first);
  };
  const { dominators } = columns;
  const stored =
    dominators === undefined || children === undefined
      ? columns
      : {
          ...columns,
          dominators: {
            ...dominators,
            children: { starts: stay(children.starts), nodes: stay(children.nodes) },
          },
        };
  return { pieces: pieces.filter((piece) => piece.length > 0), stored };
}

function storedColumn(entry: ColumnEntry, blockSums: readonly number[], first: number): StoredColumn {
  return { length: entry.length, offset: first + entry.offset, blockSums };
}

export interface DecodedIndex {
  readonly columns: HeapColumns;
  /** Of the file it was made from. Where another is found, `columns.contentSums` tell whether the contents are the same. */
  readonly identity: Uint8Array;
}

/**
 * Reads a saved index back, columns into shared memory.
 * @param path of the dump it is attached to
 */
export function decodeIndex(
  source: ByteSource,
  fingerprint: string,
  path: string,
  work: Work,
): DecodedIndex | { readonly rejected: IndexRejection } {
  const header = readUpTo(source, 0, headerBytes);
  const view = new DataView(header.buffer, header.byteOffset, header.byteLength);
  if (header.length < headerBytes) return { rejected: "truncated" };
  if (new TextDecoder().decode(header.subarray(0, magic.length)) !== magic) return { rejected: "foreign" };
  if (view.getUint32(8, true) !== indexVersion) return { rejected: "version" };
  const length = view.getUint32(12, true);
  const description = readUpTo(source, headerBytes, length);
  if (description.length < length) return { rejected: "truncated" };
  if (checksumOf(description, work) !== view.getUint32(16, true)) return { rejected: "damaged" };
  const parsed = JSON.parse(new TextDecoder().decode(description)) as Description;
  if (parsed.fingerprint !== fingerprint) return { rejected: "stale" };
  const first = roundUp8(headerBytes + length);
  const arrays: (Column | StoredColumn)[] = [];
  for (const entry of parsed.columns) {
    const byteLength = entry.length * elementTypes[entry.type].BYTES_PER_ELEMENT;
    if (first + entry.offset + byteLength > source.byteLength) return { rejected: "truncated" };
    if (entry.blockSums !== undefined) {
      arrays.push(storedColumn(entry, entry.blockSums, first));
      continue;
    }
    const array = newColumn(entry.type, entry.length);
    const bytes = bytesOf(array);
    const step = 64 << 20;
    for (let at = 0; at < byteLength; at += step) {
      work.throwIfCancelled();
      const piece = bytes.subarray(at, Math.min(byteLength, at + step));
      if (source.read(first + entry.offset + at, piece) < piece.length) return { rejected: "truncated" };
    }
    if (checksumOf(bytes, work) !== entry.checksum) return { rejected: "damaged" };
    arrays.push(array);
    work.report("Reading the saved index", arrays.length / parsed.columns.length);
  }
  const heap = revive(parsed.heap, arrays) as Omit<HeapColumns, "threads"> & {
    readonly threads: ThreadTable;
  };
  return {
    columns: { ...heap, path, threads: unpackThreads(heap.threads) },
    identity: header.slice(identityOffset),
  };
}

/**
 * Tells dumps apart by their length and samples of their contents: an index made on one machine fits a copy of the
 * dump on another. `options` are those that change what an index holds.
 */
export function fingerprintOf(source: ByteSource, options: string): string {
  const samples = 64;
  const sampleBytes = 4096;
  let low = 0x811c9dc5;
  let high = 0x1b873593;
  const add = (bytes: Uint8Array): void => {
    for (const byte of bytes) {
      low = Math.imul(low ^ byte, 0x01000193);
      high = Math.imul(high ^ byte, 0x85ebca6b) ^ (high >>> 13);
    }
  };
  add(new TextEncoder().encode(`${source.byteLength} ${options}`));
  const last = Math.max(0, source.byteLength - sampleBytes);
  for (let k = 0; k < samples; k++)
    add(readUpTo(source, Math.floor((last * k) / (samples - 1)), sampleBytes));
  return (high >>> 0).toString(16).padStart(8, "0") + (low >>> 0).toString(16).padStart(8, "0");
}

function revive(value: unknown, arrays: readonly (Column | StoredColumn)[]): unknown {
  if (Array.isArray(value)) return value.map((element) => revive(element, arrays));
  if (value === null || typeof value !== "object") return value;
  if ("$" in value) return arrays[value.$ as number];
  if ("$id" in value) return BigInt(`0x${value.$id as string}`);
  return Object.fromEntries(Object.entries(value).map(([key, inner]) => [key, revive(inner, arrays)]));
}

function isColumn(value: unknown): value is Column {
  return Object.values(elementTypes).some((Type) => value instanceof Type);
}

function typeOf(array: Column): ElementType {
  for (const [name, Type] of Object.entries(elementTypes))
    if (array instanceof Type) return name as ElementType;
  throw new Error("Not a column");
}

function bytesOf(array: Column): Uint8Array {
  return new Uint8Array(array.buffer, array.byteOffset, array.byteLength);
}

function roundUp8(value: number): number {
  return Math.ceil(value / 8) * 8;
}

function padding(byteLength: number): Uint8Array {
  return new Uint8Array(roundUp8(byteLength) - byteLength);
}
