import type { Work } from "../../../base/work";
import { forEachPiece, MemoryWords } from "../../memoryWords";
import type { ProcessSnapshot } from "../../processSnapshot";
import { moduleData } from "../moduleData";
import {
  arenaBits,
  type BitForm,
  bitField,
  bitForms,
  extentField,
  leafReach,
  levelBytes,
  levelEntries,
  mostClasses,
  pageBytes,
  splitEntry,
} from "./layout";

/** A stretch of pages jemalloc knows: a slab of small blocks, a large block, or pages it keeps free. */
export interface PageExtent {
  /** Of its `edata_t`. */
  readonly structure: number;
  /** First page. */
  readonly start: number;
  readonly bytes: number;
  /** What the program has of a large one begins here. */
  readonly address: number;
  readonly arena: number;
  readonly isSlab: boolean;
  readonly state: number;
  readonly sizeClass: number;
}

/**
 * Finds the map from pages to extents by structure: an array whose few entries point at arrays of the same length, whose
 * entries name extents that say they are at the page they stand for.
 * @returns where the map's root is, undefined when there is none
 */
export function findPageMap(image: ProcessSnapshot, work: Work): number | undefined {
  const words = new MemoryWords(image.memory);
  const nearby = new MemoryWords(image.memory, 1024);
  const piece = new Uint8Array(1 << 16);
  const seen = new Set<number>();
  for (const [start, end] of moduleData(image, (name) => /jemalloc/.test(name))) {
    for (let at = start; at + 8 <= end; at += 8) {
      const leaf = words.u64(at);
      if (seen.has(leaf) || !isLeaf(image, leaf)) continue;
      seen.add(leaf);
      work.throwIfCancelled();
      const page = firstPageOf(image, nearby, leaf, piece);
      if (page === undefined) continue;
      const root = at - 8 * Math.floor(page / leafReach);
      const last = image.memory.segmentOf(BigInt(root + levelBytes - 1));
      if (root >= start && last !== undefined && last.start <= BigInt(root)) return root;
    }
  }
  return undefined;
}

/** The page the first entry of a leaf stands for, when the extent it names agrees. */
function firstPageOf(
  image: ProcessSnapshot,
  nearby: MemoryWords,
  leaf: number,
  piece: Uint8Array,
): number | undefined {
  let looked = false;
  let page: number | undefined;
  forEachPiece(
    image.memory,
    leaf,
    leaf + levelBytes,
    (words, at, bytes) => {
      for (let offset = 0; offset < bytes && !looked; offset += 8) {
        const high = words.getUint32(offset + 4, true);
        if (high === 0) continue;
        looked = true;
        const { extent } = splitEntry(high, words.getUint32(offset, true));
        const address = nearby.u64(extent + extentField.address);
        const index = (at + offset - leaf) / 8;
        const isHere = Math.floor(address / pageBytes) % levelEntries === index;
        if (address > pageBytes && isHere) page = address;
      }
    },
    piece,
  );
  return page;
}

/** Every extent the map names, by address. */
export function* extentsOf(image: ProcessSnapshot, root: number, work: Work): Generator<PageExtent> {
  const words = new MemoryWords(image.memory, 4096);
  let form: BitForm | undefined;
  for (const { bits, sizeClass } of entriesOf(image, root, work)) {
    form = formOf(bits, sizeClass);
    if (form !== undefined) break;
  }
  if (form === undefined) return;
  for (const { structure, start, address, bits } of entriesOf(image, root, work)) {
    const size = words.u64(structure + extentField.size);
    yield {
      structure,
      start,
      bytes: Math.max(0, size - (size % pageBytes)),
      address,
      arena: bitField(bits, 0, arenaBits),
      isSlab: bitField(bits, arenaBits, 1) === 1,
      state: bitField(bits, form.state, form.stateBits),
      sizeClass: bitField(bits, form.sizeClass, 8),
    };
  }
}

interface MapEntry {
  readonly structure: number;
  /** The first page of the extent. */
  readonly start: number;
  readonly address: number;
  readonly bits: bigint;
  /** As the map repeats it. */
  readonly sizeClass: number;
}

function* entriesOf(image: ProcessSnapshot, root: number, work: Work): Generator<MapEntry> {
  const words = new MemoryWords(image.memory);
  const leaves: { readonly base: number; readonly leaf: number }[] = [];
  const taken = new Map<number, number>();
  for (const { index, low, high } of levelOf(words, root)) {
    const leaf = high * 0x1_0000_0000 + low;
    if (!isLeaf(image, leaf) || overlapsOne(taken, leaf)) continue;
    taken.set(Math.floor(leaf / levelBytes), leaf);
    leaves.push({ base: index * leafReach, leaf });
  }
  const extents = new MemoryWords(image.memory, 4096);
  for (const [at, { base, leaf }] of leaves.entries()) {
    work.throwIfCancelled();
    work.report("Walking jemalloc's extents", at / leaves.length);
    for (const { index, low, high } of levelOf(words, leaf)) {
      const { extent: structure, sizeClass } = splitEntry(high, low);
      const start = base + index * pageBytes;
      const address = extents.u64(structure + extentField.address);
      // The last page of an extent names it too, as do all of a slab.
      if (structure === 0 || address - (address % pageBytes) !== start) continue;
      const bits = extents.u64Exact(structure + extentField.bits);
      if (bits !== undefined) yield { structure, start, address, bits, sizeClass };
    }
  }
}

function isLeaf(image: ProcessSnapshot, leaf: number): boolean {
  if (leaf < pageBytes || leaf % 64 !== 0 || leaf > 2 ** 47) return false;
  const segment = image.memory.segmentOf(BigInt(leaf));
  return segment !== undefined && Number(segment.end) - leaf >= levelBytes;
}

/** Each has memory of its own: a damaged map would have the same read a hundred thousand times. */
function overlapsOne(taken: ReadonlyMap<number, number>, leaf: number): boolean {
  const slot = Math.floor(leaf / levelBytes);
  return [slot - 1, slot, slot + 1].some((each) => {
    const other = taken.get(each);
    return other !== undefined && Math.abs(other - leaf) < levelBytes;
  });
}

/** Entries of one array of the map that are not empty. */
function* levelOf(
  words: MemoryWords,
  start: number,
): Generator<{ readonly index: number; readonly low: number; readonly high: number }> {
  for (let index = 0; index < levelEntries; index++) {
    const at = start + index * 8;
    const low = words.u32(at);
    const high = words.u32(at + 4);
    if (low < 0 || high < 0)
      index = Math.floor((words.nextPresent(at + 8, start + levelBytes) - start) / 8) - 1;
    else if (low !== 0 || high !== 0) yield { index, low, high };
  }
}

/** The map repeats the size class of a used extent: it tells where the extent has it. */
function formOf(bits: bigint, sizeClass: number): BitForm | undefined {
  if (sizeClass >= mostClasses) return undefined;
  const fitting = bitForms.filter((form) => bitField(bits, form.sizeClass, 8) === sizeClass);
  return fitting.length === 1 ? fitting[0] : undefined;
}
