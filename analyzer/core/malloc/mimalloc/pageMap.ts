import type { Work } from "../../../base/work";
import { MemoryWords } from "../../memoryWords";
import type { ProcessSnapshot } from "../../processSnapshot";
import { moduleData, mostAddress } from "../moduleData";
import type { PagePlace } from "./segments";

/** A map of two levels, from slices of the address space to descriptions of pages. */
const subEntries = 1 << 13;
const subBytes = subEntries * 8;
/** Addresses have 47 bits, or 48; slices 64 KiB, or 128 in builds with guards. */
const rootEntries = [18, 19, 17].map((bits) => 2 ** bits);

/**
 * Finds the pages of mimalloc 3 by structure: a variable points at a map whose entry for low addresses lies right
 * behind the map itself.
 */
export function findMappedPages(image: ProcessSnapshot, work: Work): PagePlace[] {
  const words = new MemoryWords(image.memory);
  const nearby = new MemoryWords(image.memory, 64);
  for (const [start, end] of moduleData(image, (name) => /mimalloc/.test(name))) {
    work.throwIfCancelled();
    for (let at = start; at + 8 <= end; at += 8) {
      const root = words.u64(at);
      if (root < 4096 || root % 4096 !== 0 || root > mostAddress) continue;
      const entries = rootEntries.find((count) => nearby.u64(root) === root + count * 8);
      if (entries === undefined) continue;
      const places = pagesOfMap(image, root, entries, work);
      if (places.length > 0) return places;
    }
  }
  return [];
}

function pagesOfMap(image: ProcessSnapshot, root: number, entries: number, work: Work): PagePlace[] {
  const words = new MemoryWords(image.memory, 64 << 10, image.memory.structureLog);
  const descriptions = new MemoryWords(image.memory, 256, image.memory.structureLog);
  const seen = new Set<number>();
  const subs = new Set<number>();
  const places: PagePlace[] = [];
  for (const sub of entriesOf(words, root, entries)) {
    // Maps that lie in each other would be read again and again.
    const slot = Math.floor(sub / subBytes);
    if (sub > mostAddress || subs.has(slot) || image.memory.segmentOf(BigInt(sub)) === undefined) continue;
    subs.add(slot);
    work.throwIfCancelled();
    for (const structure of entriesOf(words, sub, subEntries)) {
      if (seen.has(structure) || structure % 8 !== 0) continue;
      seen.add(structure);
      const owner = descriptions.u64Exact(structure);
      // The lowest bits are flags.
      if (owner !== undefined) places.push({ structure, owner: owner - (owner % 8n) });
    }
  }
  return places;
}

function* entriesOf(words: MemoryWords, start: number, count: number): Generator<number> {
  const end = start + count * 8;
  for (let at = start; at < end; at += 8) {
    const value = words.u64(at);
    if (value < 0) at = words.nextPresent(at + 8, end) - 8;
    else if (value !== 0) yield value;
  }
}
