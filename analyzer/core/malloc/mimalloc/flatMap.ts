import type { Work } from "../../../base/work";
import { MemoryWords } from "../../memoryWords";
import type { ProcessSnapshot } from "../../processSnapshot";
import { moduleData } from "../moduleData";
import type { MimallocLayout } from "./layout";
import { withoutFlags } from "./pageMap";
import type { PagePlace } from "./segments";

const pageBytes = 4096;
const mostTried = 64;

/**
 * Finds the pages of mimalloc 3 on 32-bit machines: a variable points at a map that has a byte for each slice of the
 * address space, which counts the slices of a page from 1 on. A page is described where it begins.
 */
export function findFlatlyMappedPages(
  image: ProcessSnapshot,
  layout: MimallocLayout,
  work: Work,
): PagePlace[] {
  const { pointerBytes } = image.memory;
  if (pointerBytes !== 4) return [];
  const words = new MemoryWords(image.memory);
  const bytes = new MemoryWords(image.memory, pageBytes);
  const tried = new Set<number>();
  for (const [start, end] of moduleData(image, (name) => /mimalloc/.test(name))) {
    for (let at = start; at + pointerBytes <= end; at += pointerBytes) {
      if ((at - start) % pageBytes === 0) work.throwIfCancelled();
      const map = words.pointer(at);
      // The first slice has no page: nothing may point there.
      if (map < pageBytes || map % pageBytes !== 0 || bytes.u8(map) !== 1 || tried.has(map)) continue;
      tried.add(map);
      if (tried.size > mostTried) return [];
      const places = pagesOf(image, map, layout);
      if (places.length > 0) return places;
    }
  }
  return [];
}

/** None where the bytes do not count pages' slices. */
function pagesOf(image: ProcessSnapshot, map: number, { sliceBytes }: MimallocLayout): PagePlace[] {
  const slices = 2 ** 32 / sliceBytes;
  const bytes = new MemoryWords(image.memory, 64 << 10, image.memory.structureLog);
  const segment = image.memory.segmentOf(BigInt(map));
  if (segment === undefined || Number(segment.end) < map + slices) return [];
  const descriptions = new MemoryWords(image.memory, 256, image.memory.structureLog);
  const places: PagePlace[] = [];
  let before = 1;
  for (let slice = 1; slice < slices; slice++) {
    const count = bytes.u8(map + slice);
    if (count < 0) return [];
    if (count > 1 && count !== before + 1) return [];
    before = count;
    if (count !== 1) continue;
    const structure = slice * sliceBytes;
    const owner = descriptions.pointerExact(structure);
    if (owner === undefined) return [];
    places.push({ structure, owner: withoutFlags(owner) });
  }
  return places;
}
