import type { Work } from "../../../base/work";
import { MemoryWords } from "../../memoryWords";
import type { ProcessSnapshot } from "../../processSnapshot";
import { moduleData, mostAddress } from "../moduleData";
import {
  arenaBits,
  type BitForm,
  bitField,
  bitForms,
  freeCountBits,
  leafBytes,
  leafReach,
  mostClasses,
  pageBytes,
  type RadixTreeForm,
  radixTreeForms,
  rootBytes,
  sizeClassIn,
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
  /** Of a slab's blocks. */
  readonly freeBlocks: number;
}

export interface ExtentMap {
  readonly root: number;
  readonly form: RadixTreeForm;
}

/**
 * Finds the map from pages to extents by structure: an array whose few entries point at arrays of the same length, whose
 * entries name extents that say they are at the page they stand for.
 */
export function findExtentMap(image: ProcessSnapshot, work: Work): ExtentMap | undefined {
  const { pointerBytes } = image.memory;
  const words = new MemoryWords(image.memory);
  const forms = radixTreeForms(pointerBytes).map((form) => ({ form, search: new LeafSearch(image, form) }));
  const seen = new Set<number>();
  for (const [start, end] of moduleData(image, (name) => /jemalloc/.test(name))) {
    for (let at = start; at + pointerBytes <= end; at += pointerBytes) {
      const leaf = words.pointer(at);
      if (leaf < pageBytes || leaf % 64 !== 0 || seen.has(leaf)) continue;
      seen.add(leaf);
      for (const { form, search } of forms) {
        if (!isLeaf(image, leaf, form)) continue;
        work.throwIfCancelled();
        const page = search.firstPageOf(leaf);
        if (page === undefined) continue;
        const root = at - pointerBytes * Math.floor(page / leafReach(form));
        const last = image.memory.segmentOf(BigInt(root + rootBytes(form) - 1));
        if (root >= start && last !== undefined && last.start <= BigInt(root)) return { root, form };
      }
    }
  }
  return undefined;
}

/** Entries of an array that are tried. */
const tried = 32;

class LeafSearch {
  private readonly entries: MemoryWords;
  private readonly extents: MemoryWords;

  constructor(
    image: ProcessSnapshot,
    private readonly form: RadixTreeForm,
  ) {
    this.entries = new MemoryWords(image.memory);
    this.extents = new MemoryWords(image.memory, 1024);
  }

  /**
   * The page that a leaf's first extent begins with, when the first extents are mostly where they say: entries of others
   * may have been left behind.
   */
  firstPageOf(leaf: number): number | undefined {
    const { levelEntries, extent: fields } = this.form;
    let page: number | undefined;
    let left = tried;
    let agreeing = 0;
    for (const { index, structure } of leafEntries(this.entries, leaf, this.form)) {
      if (structure !== 0) {
        const address = this.extents.pointer(structure + fields.address);
        const size = this.extents.pointer(structure + fields.size);
        const first = Math.floor(address / pageBytes);
        const pages = (index - (first % levelEntries) + levelEntries) % levelEntries;
        const isIn = address >= pageBytes && pages * pageBytes < size;
        agreeing += isIn ? 1 : -1;
        if (isIn && pages === 0) page ??= address;
      }
      if (--left === 0) break;
    }
    return agreeing > 0 ? page : undefined;
  }
}

/** Every extent the map names, by address. */
export function* extentsOf(image: ProcessSnapshot, map: ExtentMap, work: Work): Generator<PageExtent> {
  const words = new MemoryWords(image.memory, 4096);
  const { extent: fields } = map.form;
  let form: BitForm | undefined;
  for (const { bits, sizeClass } of entriesOf(image, map, work)) {
    form = formOf(bits, sizeClass, fields.sizeClassBits);
    if (form !== undefined) break;
  }
  if (form === undefined) return;
  for (const { structure, start, address, bits } of entriesOf(image, map, work)) {
    const size = words.pointer(structure + fields.size);
    yield {
      structure,
      start,
      bytes: Math.max(0, size - (size % pageBytes)),
      address,
      arena: bitField(bits, 0, arenaBits),
      isSlab: bitField(bits, arenaBits, 1) === 1,
      state: bitField(bits, form.state, form.stateBits),
      sizeClass: bitField(bits, form.sizeClass, fields.sizeClassBits),
      freeBlocks: bitField(bits, form.sizeClass + fields.sizeClassBits, freeCountBits),
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

function* entriesOf(image: ProcessSnapshot, { root, form }: ExtentMap, work: Work): Generator<MapEntry> {
  const words = new MemoryWords(image.memory);
  const leaves: { readonly base: number; readonly leaf: number }[] = [];
  const taken = new Map<number, number>();
  const bytes = leafBytes(form);
  for (const [index, leaf] of rootEntries(words, root, form)) {
    if (!isLeaf(image, leaf, form) || overlapsOne(taken, leaf, bytes)) continue;
    taken.set(Math.floor(leaf / bytes), leaf);
    leaves.push({ base: index * leafReach(form), leaf });
  }
  const extents = new MemoryWords(image.memory, 4096);
  for (const [at, { base, leaf }] of leaves.entries()) {
    work.throwIfCancelled();
    work.report("Walking jemalloc's extents", at / leaves.length);
    for (const { index, structure, sizeClass } of leafEntries(words, leaf, form)) {
      const start = base + index * pageBytes;
      const address = extents.pointer(structure + form.extent.address);
      // The last page of an extent names it too, as do all of a slab.
      if (structure === 0 || address - (address % pageBytes) !== start) continue;
      const bits = extents.u64Exact(structure);
      if (bits !== undefined) yield { structure, start, address, bits, sizeClass };
    }
  }
}

function isLeaf(image: ProcessSnapshot, leaf: number, form: RadixTreeForm): boolean {
  if (leaf < pageBytes || leaf % 64 !== 0 || leaf > mostAddress) return false;
  const segment = image.memory.segmentOf(BigInt(leaf));
  return segment !== undefined && Number(segment.end) - leaf >= leafBytes(form);
}

/** Each has memory of its own: a damaged map would have the same read a hundred thousand times. */
function overlapsOne(taken: ReadonlyMap<number, number>, leaf: number, bytes: number): boolean {
  const slot = Math.floor(leaf / bytes);
  return [slot - 1, slot, slot + 1].some((each) => {
    const other = taken.get(each);
    return other !== undefined && Math.abs(other - leaf) < bytes;
  });
}

/** The entries of the root that are not empty. */
function* rootEntries(words: MemoryWords, root: number, form: RadixTreeForm): Generator<[number, number]> {
  const { pointerBytes, levelEntries } = form;
  for (let index = 0; index < levelEntries; index++) {
    const at = root + index * pointerBytes;
    const value = words.pointer(at);
    if (value < 0) index = before(words, at + pointerBytes, root, rootBytes(form), pointerBytes);
    else if (value !== 0) yield [index, value];
  }
}

interface LeafEntry {
  readonly index: number;
  /** The extent's; 0 where an extent was. */
  readonly structure: number;
  readonly sizeClass: number;
}

/** The entries of a leaf that are not empty. */
function* leafEntries(words: MemoryWords, leaf: number, form: RadixTreeForm): Generator<LeafEntry> {
  const { levelEntries, leafEntryBytes, metadata } = form;
  for (let index = 0; index < levelEntries; index++) {
    const at = leaf + index * leafEntryBytes;
    const low = words.u32(at);
    const high = words.u32(at + 4);
    if (low < 0 || high < 0) index = before(words, at + 8, leaf, leafBytes(form), leafEntryBytes);
    else if (low === 0 && high === 0) continue;
    else if (metadata === "packed") {
      const { extent, sizeClass } = splitEntry(high, low);
      yield { index, structure: extent, sizeClass };
    } else yield { index, structure: low, sizeClass: sizeClassIn(high, metadata) };
  }
}

/** The entry before the next one that is in the core. */
function before(words: MemoryWords, from: number, start: number, bytes: number, entryBytes: number): number {
  return Math.floor((words.nextPresent(from, start + bytes) - start) / entryBytes) - 1;
}

/** The map repeats the size class of a used extent: it tells where the extent has it. */
function formOf(bits: bigint, sizeClass: number, sizeClassBits: number): BitForm | undefined {
  if (sizeClass >= mostClasses) return undefined;
  const fitting = bitForms.filter((form) => bitField(bits, form.sizeClass, sizeClassBits) === sizeClass);
  return fitting.length === 1 ? fitting[0] : undefined;
}
