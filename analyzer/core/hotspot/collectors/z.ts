import type { VmFlags } from "../vmFlags";
import type { VmStructs } from "../vmStructs";
import { type HeapSpace, type ReadCollector, spaceOf } from "./heapSpace";

const mostGranules = 1 << 24;
/** A page of medium objects has this many places where one may start. */
const mediumObjects = 8192;

/**
 * ZGC: pages in a table with one slot per granule. Addresses in it are offsets; the heap is seen at the good colour
 * (17) or behind the address mask (generational ZGC).
 */
export const readZ: ReadCollector = (structs, heap, flags) => {
  const globals = structs.staticWord(["ZGlobalsForVMStructs", "_instance_p"]);
  const globalOf = (field: string) => structs.wordAt(structs.word(globals, ["ZGlobalsForVMStructs", field]));
  const mask = globalOf("_ZAddressOffsetMask");
  const granule = structs.constant("ZGranuleSizeShift");
  const zHeap = structs.offset(["ZCollectedHeap", "_heap"]);
  const pageTable = structs.offset(["ZHeap", "_page_table"]);
  const map = structs.offset(["ZPageTable", "_map"]);
  const slots = structs.offset(["ZGranuleMapForPageTable", "_map"]);
  if (mask === undefined || granule === undefined || zHeap === undefined) return undefined;
  if (pageTable === undefined || map === undefined || slots === undefined) return undefined;
  const base = globalOf("_ZAddressGoodMask") ?? mask + 1;
  const table = structs.wordAt(heap + zHeap + pageTable + map + slots);
  const virtual = structs.offset(["ZPage", "_virtual"]);
  if (table === undefined || virtual === undefined) return undefined;
  const typeAt = structs.offset(["ZPage", "_type"]) ?? 0;
  const granuleBytes = 2 ** granule;
  const spaces: HeapSpace[] = [];
  const seen = new Set<number>();
  const count = Math.min(Math.floor((mask + 1) / granuleBytes), mostGranules);
  for (let index = 0; index < count; index++) {
    const page = structs.words.u64(table + 8 * index);
    // The table is longer than what was ever written to: what follows its mapping ends the loop.
    if (page < 0) break;
    if (page === 0 || page % 8 !== 0 || seen.has(page)) continue;
    const start = structs.word(page + virtual, ["ZVirtualMemory", "_start"]);
    if (start === undefined || Math.floor(start / granuleBytes) !== index) continue;
    seen.add(page);
    const size = structs.word(page + virtual, ["ZVirtualMemory", "_size"]);
    const end =
      structs.word(page + virtual, ["ZVirtualMemory", "_end"]) ??
      (size === undefined ? undefined : start + size);
    const top = structs.word(page, ["ZPage", "_top"]);
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
  const committedBytes = capacityOf(structs, heap + zHeap, flags);
  return { spaces, ...(committedBytes === undefined ? {} : { committedBytes }) };
};

/** A page that no JVM could have made is looked through in the smallest steps. */
function mediumAlignment({ start, end }: HeapSpace): number {
  const bytes = (end - start) / mediumObjects;
  return bytes > 8 && bytes % 8 === 0 ? bytes : 8;
}

/** What ZGC holds committed, free pages in its cache included; with generations it is kept for each NUMA node. */
function capacityOf(structs: VmStructs, zHeap: number, flags: VmFlags): number | undefined {
  const at = structs.offset(["ZHeap", "_page_allocator"]);
  if (at === undefined) return undefined;
  const whole = structs.word(zHeap + at, ["ZPageAllocator", "_capacity"]);
  const partitions = structs.offset(["ZPageAllocator", "_partitions"]);
  if (whole !== undefined || partitions === undefined || flags.isSet("UseNUMA")) return whole;
  const first = structs.word(zHeap + at + partitions, ["ZPerNUMAZPartition", "_addr"]);
  return structs.word(first, ["ZPartition", "_capacity"]);
}
