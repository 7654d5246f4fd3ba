import { MemoryWords } from "../../memoryWords";
import type { ProcessSnapshot } from "../../processSnapshot";
import { moduleData } from "../moduleData";

/** Slots are multiples of this; a group's header is as long. */
export const unit = 16;
/** Bytes at a slot's end that hold the next one's header. */
export const headerInSlot = 4;
const pageBytes = 4096;

/** Slot sizes of mallocng's classes, in units. */
const classUnits = [
  ...[1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 12, 15, 18, 20, 25, 31, 36, 42, 50, 63, 72, 84, 102, 127],
  ...[146, 170, 204, 255, 292, 340, 409, 511, 584, 682, 818, 1023, 1169, 1364, 1637, 2047],
  ...[2340, 2730, 3276, 4095, 4680, 5460, 6552, 8191],
];

/** Slots of one size that were got together; what describes them is kept apart. */
export interface Group {
  /** Of its header. */
  readonly start: number;
  /** Bytes it has from the system; 0 for one that is in a slot of another group or was donated by the loader. */
  readonly mappedBytes: number;
  readonly slots: number;
  readonly slotBytes: number;
  /** Bits of slots that are free. */
  readonly free: number;
}

export interface MuslState {
  readonly groups: readonly Group[];
  /** Pages of descriptions, [start, end). */
  readonly areas: readonly (readonly [number, number])[];
}

const mostAreas = 1 << 20;

/**
 * Finds the groups of musl's mallocng (1.2.1 and later) by structure: `malloc_context` begins with a secret word, and so
 * does each page of descriptions, the first of which it points at.
 */
export function findMuslGroups(image: ProcessSnapshot): MuslState | undefined {
  const { pointerBytes } = image.memory;
  const words = new MemoryWords(image.memory);
  const nearby = new MemoryWords(image.memory, 4096);
  // {secret, [pagesize,] init_done, mmap_counter, two metas, three sizes, meta_area_head}
  const headOffsets = [16 + 5 * pointerBytes, 16 + 5 * pointerBytes + 8];
  for (const [start, end] of moduleData(image, (name) => /musl|^libc\.so$/.test(name)))
    for (let at = start; at + 128 <= end; at += pointerBytes)
      for (const offset of headOffsets) {
        const head = words.pointer(at + offset);
        if (head < pageBytes || head % pageBytes !== 0) continue;
        const secret = words.u64Exact(at);
        if (secret === undefined || secret === 0n || nearby.u64Exact(head) !== secret) continue;
        const state = readAreas(image, nearby, head, secret);
        if (state.groups.length > 0) {
          image.memory.structureLog?.add(at, offset + pointerBytes);
          return state;
        }
      }
  return undefined;
}

function readAreas(image: ProcessSnapshot, words: MemoryWords, head: number, secret: bigint): MuslState {
  const { pointerBytes, structureLog } = image.memory;
  const groups: Group[] = [];
  const areas: [number, number][] = [];
  const seen = new Set<number>();
  const slotsAt = pointerBytes === 8 ? 24 : 16;
  const metaBytes = 4 * pointerBytes + 8;
  for (let area = head; area > 0 && areas.length < mostAreas; ) {
    if (seen.has(area) || words.u64Exact(area) !== secret) break;
    seen.add(area);
    areas.push([area, area + pageBytes]);
    structureLog?.add(area, pageBytes);
    const metas = Math.min(words.u32(area + 8 + pointerBytes), Math.floor((pageBytes - slotsAt) / metaBytes));
    for (let index = 0; index < metas; index++) {
      const group = groupOf(image, words, area + slotsAt + index * metaBytes);
      if (group !== undefined) groups.push(group);
    }
    area = words.pointer(area + 8);
  }
  return { groups, areas };
}

/** `struct meta` {prev, next, mem, avail_mask, freed_mask, bits}: in use when its memory points back at it. */
function groupOf(image: ProcessSnapshot, words: MemoryWords, meta: number): Group | undefined {
  const { pointerBytes } = image.memory;
  const start = words.pointer(meta + 2 * pointerBytes);
  if (start <= 0) return undefined;
  const back = pointerBytes === 8 ? image.memory.u64At(start) : image.memory.u32At(start);
  if (back !== meta) return undefined;
  const available = words.u32(meta + 3 * pointerBytes);
  const freed = words.u32(meta + 3 * pointerBytes + 4);
  const bits = words.pointer(meta + 3 * pointerBytes + 8);
  if (available < 0 || freed < 0 || bits < 0) return undefined;
  const slots = (bits % 32) + 1;
  const sizeClass = Math.floor(bits / 64) % 64;
  const mappedBytes = Math.floor(bits / 4096) * pageBytes;
  const units = classUnits[sizeClass];
  const isAlone = slots === 1 && mappedBytes > 0;
  if (!isAlone && units === undefined) return undefined;
  const slotBytes = isAlone ? mappedBytes - unit : units! * unit;
  // Sets of 32 bits: plain arithmetic, since operators would make them negative.
  const free = Number(BigInt(available) | BigInt(freed));
  return { start, mappedBytes, slots, slotBytes, free };
}
