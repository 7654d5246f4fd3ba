import type { Work } from "../../base/work";
import type { ProcessSnapshot } from "../processSnapshot";
import { type BlockMarks, markBlocks } from "./blockMarks";
import type { ChunkTable } from "./chunkTable";
import type { MallocHeap } from "./mallocHeap";

/** Blocks nothing refers to, grouped by type (by virtual table) and size. */
export interface LeakScan {
  readonly leakedBlocks: number;
  /** Chunk sizes, headers included. */
  readonly leakedBytes: number;
  /** Most bytes first, capped. */
  readonly groups: readonly LeakGroup[];
}

export interface LeakGroup {
  /** C++ class, when the block's first word is a virtual table a symbol names. */
  readonly type?: string;
  /** Chunk size with its header. */
  readonly size: number;
  readonly count: number;
  readonly bytes: number;
  /** User addresses of a few. */
  readonly samples: readonly number[];
}

/** Names the class whose virtual table is at an address; undefined when no symbol does. */
export type VirtualTableName = (address: number) => string | undefined;

const mostGroups = 1000;
const mostSamples = 5;

/**
 * Groups the blocks that marking did not reach.
 * @throws ExhumeError `cancelled`
 */
export function scanForLeaks(
  image: ProcessSnapshot,
  heap: MallocHeap,
  nameOfVirtualTable: VirtualTableName,
  work: Work,
  marks: BlockMarks = markBlocks(image, heap, work),
): LeakScan {
  return collectLeaks(image, heap.blocks, marks, nameOfVirtualTable, work);
}

function collectLeaks(
  image: ProcessSnapshot,
  blocks: ChunkTable,
  marks: BlockMarks,
  nameOfVirtualTable: VirtualTableName,
  work: Work,
): LeakScan {
  const groups = new Map<
    string,
    { type?: string; size: number; count: number; bytes: number; samples: number[] }
  >();
  const names = new Map<number, string | undefined>();
  let leakedBlocks = 0;
  let leakedBytes = 0;
  for (let index = 0; index < blocks.count; index++) {
    if (marks.isReached(index)) continue;
    if (leakedBlocks % 4096 === 0) work.throwIfCancelled();
    const size = blocks.sizeOf(index);
    const start = blocks.startOf(index);
    leakedBlocks++;
    leakedBytes += size;
    const type = typeOfBlock(image, start, nameOfVirtualTable, names);
    const key = `${type ?? ""} ${size}`;
    let group = groups.get(key);
    if (group === undefined) {
      group = { ...(type === undefined ? {} : { type }), size, count: 0, bytes: 0, samples: [] };
      groups.set(key, group);
    }
    group.count++;
    group.bytes += size;
    if (group.samples.length < mostSamples) group.samples.push(start);
  }
  return {
    leakedBlocks,
    leakedBytes,
    groups: [...groups.values()].sort((a, b) => b.bytes - a.bytes).slice(0, mostGroups),
  };
}

/** The class of a block whose first word is a virtual table, memorised by table. */
export function typeOfBlock(
  image: ProcessSnapshot,
  start: number,
  nameOfVirtualTable: VirtualTableName,
  names: Map<number, string | undefined>,
): string | undefined {
  const { memory } = image;
  const table = memory.pointerBytes === 8 ? memory.u64At(start) : memory.u32At(start);
  if (table === undefined || table < 4096 || table % memory.pointerBytes !== 0) return undefined;
  if (names.has(table)) return names.get(table);
  // Most first words are data: only those into a module's memory can be tables.
  const inModule = image.modules.some(
    (module) => BigInt(table) >= module.start && BigInt(table) < module.end,
  );
  const name = inModule ? nameOfVirtualTable(table) : undefined;
  if (names.size < 100_000) names.set(table, name);
  return name;
}
