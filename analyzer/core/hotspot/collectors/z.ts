import type { VmFlags } from "../vmFlags";
import type { VmStructs } from "../vmStructs";
import { zGlobalAt, zLetter } from "../zNames";
import { type HeapSpace, type ReadCollector, spaceOf } from "./heapSpace";

const mostGranules = 1 << 24;
/** A page of medium objects has this many places where one may start. */
const mediumObjects = 8192;

/**
 * ZGC: pages in a table with one slot per granule. Addresses in it are offsets; the heap is seen at the good colour
 * (17) or behind the address mask (generational ZGC).
 */
export const readZ: ReadCollector = (structs, heap, flags) => {
  const letter = zLetter(structs);
  const globalOf = (name: string) => structs.wordAt(zGlobalAt(structs, letter, name));
  const mask = globalOf("AddressOffsetMask");
  const granule = structs.constant(`${letter}GranuleSizeShift`);
  const zHeap = structs.offset([`${letter}CollectedHeap`, "_heap"]);
  const pageTable = structs.offset([`${letter}Heap`, "_page_table"]);
  const map = structs.offset([`${letter}PageTable`, "_map"]);
  const slots = structs.offset([`${letter}GranuleMapForPageTable`, "_map"]);
  if (mask === undefined || granule === undefined || zHeap === undefined) return undefined;
  if (pageTable === undefined || map === undefined || slots === undefined) return undefined;
  const base = globalOf("AddressGoodMask") ?? mask + 1;
  const table = structs.wordAt(heap + zHeap + pageTable + map + slots);
  const virtual = structs.offset([`${letter}Page`, "_virtual"]);
  if (table === undefined || virtual === undefined) return undefined;
  const typeAt = structs.offset([`${letter}Page`, "_type"]) ?? 0;
  const granuleBytes = 2 ** granule;
  const spaces: HeapSpace[] = [];
  const seen = new Set<number>();
  const count = Math.min(Math.floor((mask + 1) / granuleBytes), mostGranules);
  for (let index = 0; index < count; index++) {
    const page = structs.words.u64(table + 8 * index);
    // The table is longer than what was ever written to: what follows its mapping ends the loop.
    if (page < 0) break;
    if (page === 0 || page % 8 !== 0 || seen.has(page)) continue;
    const start = structs.word(page + virtual, [`${letter}VirtualMemory`, "_start"]);
    if (start === undefined || Math.floor(start / granuleBytes) !== index) continue;
    seen.add(page);
    const size = structs.word(page + virtual, [`${letter}VirtualMemory`, "_size"]);
    const end =
      structs.word(page + virtual, [`${letter}VirtualMemory`, "_end"]) ??
      (size === undefined ? undefined : start + size);
    const top = structs.word(page, [`${letter}Page`, "_top"]);
    const type = structs.words.u8(page + typeAt);
    const space = spaceOf(
      type === 1 ? "medium" : type === 2 ? "large" : "small",
      base + start,
      top === undefined ? undefined : base + top,
      end === undefined ? undefined : base + end,
    );
    if (space === undefined) continue;
    spaces.push(
      type === 1
        ? { ...space, alignment: mediumAlignment(space) }
        : type === 2
          ? { ...space, objects: "single" }
          : space,
    );
  }
  if (spaces.length === 0) return undefined;
  const committedBytes = capacityOf(structs, letter, heap + zHeap, flags);
  return { spaces, ...(committedBytes === undefined ? {} : { committedBytes }) };
};

/** A page that no JVM could have made is looked through in the smallest steps. */
function mediumAlignment({ start, end }: HeapSpace): number {
  const bytes = (end - start) / mediumObjects;
  return bytes > 8 && bytes % 8 === 0 ? bytes : 8;
}

/** What ZGC holds committed, free pages in its cache included; with generations it is kept for each NUMA node. */
function capacityOf(structs: VmStructs, letter: string, zHeap: number, flags: VmFlags): number | undefined {
  const at = structs.offset([`${letter}Heap`, "_page_allocator"]);
  if (at === undefined) return undefined;
  const whole = structs.word(zHeap + at, [`${letter}PageAllocator`, "_capacity"]);
  const partitions = structs.offset([`${letter}PageAllocator`, "_partitions"]);
  if (whole !== undefined || partitions === undefined || flags.isSet("UseNUMA")) return whole;
  const first = structs.word(zHeap + at + partitions, ["ZPerNUMAZPartition", "_addr"]);
  return structs.word(first, ["ZPartition", "_capacity"]);
}
