import { type AddressPages, pageBits, slotsPerBlock, wordsPerPage } from "../scan/addressPages";
import type { ScannedDump } from "../scan/scannedDump";

/**
 * Distance from each class object to the next object of any kind within its page, infinite where the page ends
 * first. The scan cannot tell: class objects are described apart from the objects they lie among.
 */
export function classObjectDistances(scanned: Pick<ScannedDump, "rows" | "addresses">): Float64Array {
  const { rows, addresses } = scanned;
  const { pages } = addresses;
  const ids = rows.map((row) => row.id).sort((a, b) => (a < b ? -1 : a > b ? 1 : 0));
  const nextClass = new Map<bigint, bigint>();
  ids.forEach((id, k) => {
    const after = ids[k + 1];
    if (after !== undefined && after > id) nextClass.set(id, after);
  });
  return Float64Array.from(rows, (row) => {
    if (row.id === 0n) return Number.POSITIVE_INFINITY;
    const toClass = Number((nextClass.get(row.id) ?? 1n << 62n) - row.id);
    return Math.min(toClass, distanceToObject(pages, row.id));
  });
}

function distanceToObject(pages: AddressPages, id: bigint): number {
  const { shift, blocks, slots, words } = pages;
  const high = Number(id >> 32n);
  const low = Number(id & 0xffffffffn);
  const block = blocks[high] ?? 0;
  const page = block === 0 ? 0 : slots[(block - 1) * slotsPerBlock(shift) + (low >>> (pageBits + shift))]!;
  if (page === 0) return Number.POSITIVE_INFINITY;
  const granule = (low >>> shift) & (2 ** pageBits - 1);
  const first = (page - 1) * wordsPerPage;
  for (let word = granule >>> 5; word < wordsPerPage; word++) {
    let bits = words[2 * (first + word) + 1]!;
    if (word === granule >>> 5) bits &= ~((2 << (granule & 31)) - 1);
    if (bits === 0) continue;
    const next = word * 32 + (31 - Math.clz32(bits & -bits));
    return (next - granule) * 2 ** shift;
  }
  return Number.POSITIVE_INFINITY;
}
