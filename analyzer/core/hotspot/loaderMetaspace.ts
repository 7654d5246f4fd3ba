import { javaClassName } from "../../base/javaClassName";
import { readClassLoaderData } from "./classLoaderData";
import type { JavaObjects } from "./javaObjects";
import type { VmStructs } from "./vmStructs";

/** Memory of chunks, in bytes. */
export interface ChunkTotals {
  readonly chunks: number;
  /** What was given out of them; what was given back stays counted. */
  readonly usedBytes: number;
  readonly committedBytes: number;
  readonly capacityBytes: number;
}

/** Metaspace of all loaders of one class. */
export interface LoaderMetaspace extends ChunkTotals {
  /** Of the loaders' objects; undefined for the boot loader. */
  readonly className: string | undefined;
  readonly loaders: number;
  readonly classes: number;
  /** Of the classes, those that have chunks of their own: they are unloaded one by one. */
  readonly hiddenClasses: number;
}

export interface MetaspaceByLoader extends ChunkTotals {
  /** The largest first. */
  readonly rows: readonly LoaderMetaspace[];
  /** Lists of chunks that could not be followed: figures are lower bounds. */
  readonly unread: number;
}

/**
 * Since JDK 16 (`classLoaderMetaspace.hpp`, `metaspaceArena.hpp`, `metachunk.hpp`), which the tables leave out: data of a loader
 * → its metaspace → an arena each for classes and the rest → a list of chunks. Tried on 17, 21 and 25.
 */
const layout = {
  /** Behind the loader's object in its data. */
  metaspace: 8,
  arenas: [16, 24],
  firstChunk: 24,
  chunkCount: 32,
  chunk: { used: 8, committed: 16, level: 24, state: 25, next: 48 },
} as const;
const wordBytes = 8;
const rootChunkWords = 2 ** 21;
const deepestLevel = 14;
const inUse = 1;
const mostChunks = 10_000_000;

/** What class metadata takes by class loader; undefined where this JVM keeps it in another way. */
export function readMetaspaceByLoader(
  structs: VmStructs,
  objects: JavaObjects,
): MetaspaceByLoader | undefined {
  const loaderAt = structs.offset(["ClassLoaderData", "_class_loader"]);
  if (loaderAt === undefined) return undefined;
  const rows = new Map<string | undefined, MutableRow>();
  let unread = 0;
  // A chunk is in one list only: damaged ones are not followed over and over.
  const seen = new Set<number>();
  const loadersOf = new Map<string | undefined, Set<number>>();
  for (const { address, loader, klasses, isOfHiddenClass } of readClassLoaderData(
    structs,
    objects.references,
  )) {
    const name = loader === 0 ? undefined : objects.klassOf(loader)?.name;
    const className = loader === 0 ? undefined : name === undefined ? "unknown" : javaClassName(name);
    const row = rows.get(className) ?? { ...noChunks(), classes: 0, hiddenClasses: 0 };
    rows.set(className, row);
    const known = loadersOf.get(className) ?? new Set();
    loadersOf.set(className, known.add(loader));
    row.classes += klasses.length;
    if (isOfHiddenClass) row.hiddenClasses += klasses.length;
    const metaspace = structs.wordAt(address + loaderAt + layout.metaspace);
    if (!metaspace) continue;
    for (const at of layout.arenas) {
      const arena = structs.wordAt(metaspace + at);
      if (arena && !addChunks(structs, arena, row, seen)) unread++;
    }
  }
  const total = noChunks();
  for (const row of rows.values()) add(total, row);
  if (total.chunks === 0) return undefined;
  return {
    ...total,
    unread,
    rows: [...rows]
      .map(([className, row]) => ({ className, ...row, loaders: loadersOf.get(className)!.size }))
      .sort((a, b) => b.usedBytes - a.usedBytes),
  };
}

type MutableTotals = { -readonly [Name in keyof ChunkTotals]: number };
type MutableRow = MutableTotals & { classes: number; hiddenClasses: number };

const noChunks = (): MutableTotals => ({ chunks: 0, usedBytes: 0, committedBytes: 0, capacityBytes: 0 });

function add(sum: MutableTotals, one: ChunkTotals): void {
  sum.chunks += one.chunks;
  sum.usedBytes += one.usedBytes;
  sum.committedBytes += one.committedBytes;
  sum.capacityBytes += one.capacityBytes;
}

/** @returns false when what is there is not a list of chunks of the length that is told: then nothing of it is counted */
function addChunks(structs: VmStructs, arena: number, row: MutableTotals, seen: Set<number>): boolean {
  const { words } = structs;
  const sum = noChunks();
  const { used: usedAt, committed: committedAt, level: levelAt, state: stateAt, next } = layout.chunk;
  const count = words.i32(arena + layout.chunkCount) ?? -1;
  if (count < 0 || count > mostChunks) return false;
  for (const chunk of structs.listAt(structs.wordAt(arena + layout.firstChunk), next)) {
    if (seen.has(chunk)) return false;
    seen.add(chunk);
    const used = structs.wordAt(chunk + usedAt) ?? -1;
    const committed = structs.wordAt(chunk + committedAt) ?? -1;
    const level = words.u8(chunk + levelAt);
    if (words.u8(chunk + stateAt) !== inUse || level < 0 || level > deepestLevel) return false;
    const capacity = rootChunkWords / 2 ** level;
    if (used < 0 || used > committed || committed > capacity || sum.chunks === count) return false;
    add(sum, {
      chunks: 1,
      usedBytes: wordBytes * used,
      committedBytes: wordBytes * committed,
      capacityBytes: wordBytes * capacity,
    });
  }
  if (sum.chunks !== count) return false;
  add(row, sum);
  return true;
}
