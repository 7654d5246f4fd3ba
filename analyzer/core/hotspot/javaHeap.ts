import { readG1 } from "./collectors/g1";
import type { HeapSpace, ReadCollector } from "./collectors/heapSpace";
import { readParallel } from "./collectors/parallel";
import { readSerial } from "./collectors/serial";
import { readShenandoah } from "./collectors/shenandoah";
import { readZ } from "./collectors/z";
import type { VmFlags } from "./vmFlags";
import type { VmStructs } from "./vmStructs";

/** The Java heap of a JVM as its core shows it. */
export interface JavaHeap {
  readonly collector: string;
  /** Address of the `CollectedHeap`. */
  readonly address: number;
  /** Reserved address range; ZGC's is not one range and is left out. */
  readonly reserved?: { readonly start: number; readonly end: number };
  /** None where this JVM's collector is built in a way that is not known here. */
  readonly spaces: readonly HeapSpace[];
  readonly usedBytes: number;
  readonly committedBytes: number;
  readonly reservedBytes: number;
}

const collectors: readonly (readonly [flag: string, name: string, read: ReadCollector])[] = [
  ["UseG1GC", "G1", readG1],
  ["UseSerialGC", "Serial", readSerial],
  ["UseParallelGC", "Parallel", readParallel],
  ["UseZGC", "ZGC", readZ],
  ["UseShenandoahGC", "Shenandoah", readShenandoah],
];

/** @returns undefined when the heap's structures cannot be found in this JVM */
export function readJavaHeap(structs: VmStructs, flags: VmFlags): JavaHeap | undefined {
  const address = structs.staticWord(["Universe", "_collectedHeap"]);
  const found = collectors.find(([flag]) => flags.isSet(flag));
  if (address === undefined || address === 0 || found === undefined) return undefined;
  const [, collector, read] = found;
  const heap = read(structs, address, flags);
  const reserved = reservedRange(structs, address);
  const spaces = apart(heap?.spaces ?? []);
  const maximum = flags.number("MaxHeapSize");
  return {
    collector,
    address,
    ...(reserved === undefined ? {} : { reserved }),
    spaces,
    usedBytes: spaces.reduce((sum, space) => sum + space.top - space.start, 0),
    committedBytes: heap?.committedBytes ?? spaces.reduce((sum, space) => sum + space.end - space.start, 0),
    reservedBytes: reserved === undefined ? (maximum ?? 0) : reserved.end - reserved.start,
  };
}

/** Spaces that lie on one another are damage: only the first one of them is taken, so that no memory is read twice. */
function apart(spaces: readonly HeapSpace[]): HeapSpace[] {
  const byStart = [...spaces].sort((a, b) => a.start - b.start);
  let end = 0;
  const kept = new Set<HeapSpace>();
  for (const space of byStart) {
    if (space.start < end) continue;
    end = space.end;
    kept.add(space);
  }
  return spaces.filter((space) => kept.has(space));
}

function reservedRange(structs: VmStructs, heap: number): { start: number; end: number } | undefined {
  const at = structs.offset(["CollectedHeap", "_reserved"]);
  if (at === undefined) return undefined;
  const start = structs.word(heap + at, ["MemRegion", "_start"]);
  const words = structs.word(heap + at, ["MemRegion", "_word_size"]);
  if (start === undefined || words === undefined || start === 0 || words === 0) return undefined;
  return { start, end: start + 8 * words };
}
