import type { Work } from "../../../base/work";
import { MemoryWords } from "../../memoryWords";
import type { ProcessSnapshot } from "../../processSnapshot";
import { moduleData, mostAddress } from "../moduleData";
import type { MimallocLayout } from "./layout";
import type { PagePlace } from "./segments";

/** A map of two levels, from slices of the address space to descriptions of pages. */
const subEntries = 1 << 13;
const pageBytes = 4096;

/**
 * Finds the pages of mimalloc 3 by structure: a variable points at a map whose entry for low addresses lies right
 * behind the map itself.
 */
export function findMappedPages(
  image: ProcessSnapshot,
  { rootEntries }: MimallocLayout,
  work: Work,
): PagePlace[] {
  const { pointerBytes } = image.memory;
  const words = new MemoryWords(image.memory);
  const nearby = new MemoryWords(image.memory, 64);
  for (const [start, end] of moduleData(image, (name) => /mimalloc/.test(name))) {
    work.throwIfCancelled();
    for (let at = start; at + pointerBytes <= end; at += pointerBytes) {
      const root = words.pointer(at);
      if (root < pageBytes || root % pageBytes !== 0 || root > mostAddress) continue;
      const behind = (count: number) => root + Math.ceil((count * pointerBytes) / pageBytes) * pageBytes;
      const entries = rootEntries.find((count) => nearby.pointer(root) === behind(count));
      if (entries === undefined) continue;
      const places = pagesOfMap(image, root, entries, work);
      if (places.length > 0) return places;
    }
  }
  return [];
}

function pagesOfMap(image: ProcessSnapshot, root: number, entries: number, work: Work): PagePlace[] {
  const { pointerBytes } = image.memory;
  const words = new MemoryWords(image.memory, 64 << 10, image.memory.structureLog);
  const descriptions = new MemoryWords(image.memory, 256, image.memory.structureLog);
  const seen = new Set<number>();
  const subs = new Set<number>();
  const places: PagePlace[] = [];
  for (const sub of entriesOf(words, root, entries, pointerBytes)) {
    // Maps that lie in each other would be read again and again.
    const slot = Math.floor(sub / (subEntries * pointerBytes));
    if (sub > mostAddress || subs.has(slot) || image.memory.segmentOf(BigInt(sub)) === undefined) continue;
    subs.add(slot);
    work.throwIfCancelled();
    for (const structure of entriesOf(words, sub, subEntries, pointerBytes)) {
      if (seen.has(structure) || structure % pointerBytes !== 0) continue;
      seen.add(structure);
      const owner = descriptions.pointerExact(structure);
      if (owner !== undefined) places.push({ structure, owner: withoutFlags(owner) });
    }
  }
  return places;
}

/** The lowest bits of what tells a page's thread. */
export function withoutFlags(owner: bigint): bigint {
  return owner - (owner % 8n);
}

function* entriesOf(
  words: MemoryWords,
  start: number,
  count: number,
  pointerBytes: number,
): Generator<number> {
  const end = start + count * pointerBytes;
  for (let at = start; at < end; at += pointerBytes) {
    const value = words.pointer(at);
    if (value < 0) at = words.nextPresent(at + pointerBytes, end) - pointerBytes;
    else if (value !== 0) yield value;
  }
}
