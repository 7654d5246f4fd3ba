import type { IdKey } from "../../../formats/hprof/window";

const granule = 8;
const granulesPerPage = 1 << 13;
const pageBytes = granule * granulesPerPage;
const pagesMaximum = 1 << 18;

/**
 * Ids of many objects in a bit for every 8 bytes of addresses. It may say of an id that it is in although it is not:
 * of ids that are not multiples of 8, and of all ids once they are scattered over more addresses than it takes.
 */
export class WideIdSet {
  private readonly pages = new Map<number, Uint8Array>();
  private hasAll = false;

  add(id: IdKey): void {
    const { page, bit } = placeOf(id);
    let bits = this.pages.get(page);
    if (bits === undefined) {
      if (this.pages.size >= pagesMaximum) this.hasAll = true;
      if (this.hasAll) return;
      bits = new Uint8Array(granulesPerPage / 8);
      this.pages.set(page, bits);
    }
    bits[bit >>> 3]! |= 1 << (bit & 7);
  }

  mayHave(id: IdKey): boolean {
    if (this.hasAll) return true;
    const { page, bit } = placeOf(id);
    return ((this.pages.get(page)?.[bit >>> 3] ?? 0) & (1 << (bit & 7))) !== 0;
  }
}

function placeOf(id: IdKey): { readonly page: number; readonly bit: number } {
  if (typeof id === "number") {
    return { page: Math.floor(id / pageBytes), bit: Math.floor((id % pageBytes) / granule) };
  }
  return {
    page: Number(id / BigInt(pageBytes)),
    bit: Number(id % BigInt(pageBytes)) >>> 3,
  };
}
