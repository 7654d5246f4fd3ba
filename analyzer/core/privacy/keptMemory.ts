import type { StructureLog } from "../memoryImage";

const pageBytes = 4096;
const slotBytes = 4;
const slotsPerPage = pageBytes / slotBytes;

/** Memory that stays in a copy: a bit for every four bytes of the pages that have some. */
export class KeptMemory implements StructureLog {
  private readonly pages = new Map<number, Uint32Array>();
  private last: { readonly number: number; readonly bits: Uint32Array | undefined } = {
    number: -1,
    bits: undefined,
  };

  add(address: number, bytes: number): void {
    if (!(address >= 0 && address < 2 ** 53)) return;
    for (let at = address - (address % slotBytes); at < address + bytes; at += slotBytes) {
      const number = Math.floor(at / pageBytes);
      let bits = this.last.number === number ? this.last.bits : this.pages.get(number);
      if (bits === undefined) {
        bits = new Uint32Array(slotsPerPage / 32);
        this.pages.set(number, bits);
      }
      this.last = { number, bits };
      const slot = (at % pageBytes) / slotBytes;
      bits[slot >>> 5]! |= 1 << (slot & 31);
    }
  }

  /** Whether the four bytes at an address, a multiple of four, stay. */
  has(address: number): boolean {
    const number = Math.floor(address / pageBytes);
    if (this.last.number !== number) this.last = { number, bits: this.pages.get(number) };
    const { bits } = this.last;
    if (bits === undefined) return false;
    const slot = (address % pageBytes) / slotBytes;
    return (bits[slot >>> 5]! & (1 << (slot & 31))) !== 0;
  }
}
