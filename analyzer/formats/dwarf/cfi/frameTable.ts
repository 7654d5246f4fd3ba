import { countAtMost } from "../../../base/halving";
import { DataReader, DwarfDamage } from "../dataReader";
import { readPointer } from "./encodedPointer";
import { type FrameEntry, FrameEntryReader } from "./frameEntries";
import type { FrameSection } from "./frameSection";
import { type UnwindRow, unwindRowAt } from "./unwindRow";

/** `.eh_frame_hdr`: a table of function starts sorted by address. */
export interface FrameHeader {
  readonly bytes: Uint8Array;
  /** Link-time address of its first byte. */
  readonly address: number;
}

/** DW_EH_PE_datarel | DW_EH_PE_sdata4, the one form every linker writes. */
const sortedTableEncoding = 0x3b;

/**
 * Finds the unwind rules for an address in one `.eh_frame` or `.debug_frame` section: by the linker's sorted table
 * when there is one, else by an index made of all entries at the first question.
 */
export class FrameTable {
  private readonly reader: FrameEntryReader;
  private readonly sorted: SortedHeader | undefined;
  private index: EntryIndex | undefined;
  private readonly rows = new Map<number, UnwindRow | undefined>();

  constructor(section: FrameSection, header?: FrameHeader) {
    this.reader = new FrameEntryReader(section);
    this.sorted = header === undefined ? undefined : sortedHeader(header, section);
  }

  /**
   * The rules at a link-time address; rows are kept, since many threads wait at the same place.
   * @returns undefined when no function of the section covers the address
   * @throws DwarfDamage when its entry is damaged
   */
  rowAt(address: number): UnwindRow | undefined {
    if (this.rows.has(address)) return this.rows.get(address);
    const entry = this.entryFor(address);
    const row = entry === undefined ? undefined : unwindRowAt(this.reader.section, entry, address);
    if (this.rows.size > 65_536) this.rows.clear();
    this.rows.set(address, row);
    return row;
  }

  /** The entry of the function that covers a link-time address. */
  entryFor(address: number): FrameEntry | undefined {
    const { sorted } = this;
    if (sorted !== undefined) {
      const offset = sorted.entryOffsetFor(address);
      const entry = offset === undefined ? undefined : this.reader.entryAt(offset);
      if (entry !== undefined && address >= entry.start && address < entry.end) return entry;
      return undefined;
    }
    this.index ??= indexOf(this.reader);
    const offset = this.index.entryOffsetFor(address);
    return offset === undefined ? undefined : this.reader.entryAt(offset);
  }
}

interface SortedHeader {
  entryOffsetFor(address: number): number | undefined;
}

function sortedHeader(header: FrameHeader, section: FrameSection): SortedHeader | undefined {
  const own: FrameSection = { ...section, bytes: header.bytes, address: header.address };
  let count: number;
  let table: number;
  try {
    const reader = new DataReader(header.bytes, ".eh_frame_hdr", section.littleEndian);
    const [version, frameEncoding, countEncoding, tableEncoding] = [
      reader.u8(),
      reader.u8(),
      reader.u8(),
      reader.u8(),
    ];
    if (version !== 1 || tableEncoding !== sortedTableEncoding) return undefined;
    const frameAddress = readPointer(reader, own, frameEncoding);
    count = readPointer(reader, own, countEncoding);
    table = reader.position;
    if (frameAddress !== section.address || count === 0) return undefined;
  } catch (thrown) {
    if (thrown instanceof DwarfDamage) return undefined;
    throw thrown;
  }
  const view = new DataView(header.bytes.buffer, header.bytes.byteOffset, header.bytes.byteLength);
  count = Math.min(count, Math.floor((header.bytes.byteLength - table) / 8));
  return {
    entryOffsetFor(address) {
      const distance = address - header.address;
      let low = 0;
      let high = count;
      while (low < high) {
        const middle = (low + high) >>> 1;
        if (view.getInt32(table + 8 * middle, section.littleEndian) <= distance) low = middle + 1;
        else high = middle;
      }
      if (low === 0) return undefined;
      const offset =
        header.address + view.getInt32(table + 8 * low - 4, section.littleEndian) - section.address;
      return offset >= 0 && offset < section.bytes.byteLength ? offset : undefined;
    },
  };
}

interface EntryIndex {
  entryOffsetFor(address: number): number | undefined;
}

function indexOf(reader: FrameEntryReader): EntryIndex {
  const found: { readonly offset: number; readonly start: number; readonly end: number }[] = [];
  reader.forEach((entry) => {
    found.push(entry);
  });
  found.sort((a, b) => a.start - b.start);
  const starts = Float64Array.from(found, ({ start }) => start);
  return {
    entryOffsetFor(address) {
      const entry = found[countAtMost(starts, address) - 1];
      return entry !== undefined && address < entry.end ? entry.offset : undefined;
    },
  };
}
